import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Json } from "../../../tools/plugins/kit/json.ts";
import { withLock } from "./lock.ts";
import { CloudStore, textsAt, type Entry } from "./store.ts";

let folder: string;
let store: CloudStore;

beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), "store-"));
  store = new CloudStore(folder);
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function network(name: string): Entry {
  const id = `projects/p/global/networks/${name}`;
  const selfLink = `https://www.googleapis.com/compute/v1/${id}`;
  return store.create({
    provider: "gcp",
    type: "test:Network",
    id,
    name,
    inputs: {},
    outputs: { selfLink, email: `${name}@example.com` },
  });
}

describe("a cloud on disk", () => {
  it("finds a resource by id and by name, of its own type alone", () => {
    const { id } = network("one");
    expect(store.find("test:Network", id)?.name).toBe("one");
    expect(store.byName("test:Network", "one")?.id).toBe(id);
    expect(store.find("test:Other", id)).toBeUndefined();
  });

  it.each([
    "one",
    "projects/p/global/networks/one",
    "https://www.googleapis.com/compute/v1/projects/p/global/networks/one",
    "one@example.com",
  ])("knows the resource that %s refers to", (reference) => {
    network("one");
    network("two");
    expect(store.referred("test:Network", reference)?.name).toBe("one");
  });

  it("takes no part of a name for a reference", () => {
    const entry = network("one");
    store.update(entry, { outputs: { ...entry.outputs, arn: "" } });
    expect(store.referred("test:Network", "on")).toBeUndefined();
    expect(store.referred("test:Network", "")).toBeUndefined();
  });

  it("shows changes to whoever reads next, and forgets what was removed", () => {
    const entry = network("one");
    store.update(entry, { outputs: { changed: true } });
    const other = new CloudStore(folder);
    expect(other.list().map(({ outputs }) => outputs)).toEqual([{ changed: true }]);
    other.remove(entry);
    expect(store.list()).toEqual([]);
  });

  it("keeps apart what the cloud never deletes", () => {
    store.keep(network("one"));
    expect(store.list()).toEqual([]);
    expect(store.kept("test:Network").map(({ name }) => name)).toEqual(["one"]);
  });

  it("leaves no temporary file, and takes none for a resource", () => {
    network("one");
    writeFileSync(path.join(folder, "resources", "half.json.1.tmp"), "{");
    expect(store.list()).toHaveLength(1);
    expect(readdirSync(path.join(folder, "resources"))).toHaveLength(2);
  });
});

describe("the texts under a field", () => {
  const value: Json = { a: [{ b: "one" }, { b: "two" }, { c: "no" }], d: { e: "three", f: 4 } };
  it.each([
    ["a.*.b", ["one", "two"]],
    ["d.e", ["three"]],
    ["d.*", ["three"]],
    ["d.f", []],
    ["x.y", []],
  ])("%s", (field, expected) => {
    expect(textsAt(value, field)).toEqual(expected);
  });
});

describe("a lock", () => {
  it("lets one after the other in", async () => {
    const seen: string[] = [];
    const enter = (name: string): Promise<void> =>
      withLock(folder, "same", async () => {
        seen.push(`${name} in`);
        await new Promise((resolve) => setTimeout(resolve, 30));
        seen.push(`${name} out`);
      });
    await Promise.all([enter("a"), enter("b")]);
    expect(seen.map((text) => text.split(" ")[1])).toEqual(["in", "out", "in", "out"]);
  });

  it("is free again after an error", async () => {
    const failing = withLock(folder, "same", () => {
      throw new Error("broken");
    });
    await expect(failing).rejects.toThrow("broken");
    expect(await withLock(folder, "same", () => "mine")).toBe("mine");
  });
});
