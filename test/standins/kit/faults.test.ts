import { mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { delayed, faultFor, type Occasion } from "./faults.ts";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), "faults-"));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function write(...faults: object[]): void {
  writeFileSync(path.join(folder, "faults.json"), JSON.stringify(faults));
}

const occasion: Occasion = {
  provider: "gcp",
  type: "gcp:storage/bucket:Bucket",
  names: ["media", "media-1234567"],
  operation: "create",
};

describe("a fault", () => {
  it("is met by nobody where there is no file", () => {
    expect(faultFor(folder, occasion)).toBeUndefined();
  });

  it.each([
    { operation: "create" },
    { operation: "create", provider: "gcp" },
    { operation: "create", type: "gcp:storage/bucket:Bucket" },
    { operation: "create", name: "media" },
    { operation: "create", name: "media-1234567" },
  ])("%j is met", (fault) => {
    write({ ...fault, error: "quota" });
    expect(faultFor(folder, occasion)?.error).toBe("quota");
  });

  it.each([
    { operation: "delete" },
    { operation: "create", provider: "aws" },
    { operation: "create", type: "gcp:compute/network:Network" },
    { operation: "create", name: "other" },
  ])("%j is not met", (fault) => {
    write({ ...fault, error: "quota" });
    expect(faultFor(folder, occasion)).toBeUndefined();
  });

  it("is met as often as it says, then the next one that matches", () => {
    write(
      { operation: "create", error: "twice", times: 2 },
      { operation: "create", error: "ever" },
    );
    const met = Array.from({ length: 4 }, () => faultFor(folder, occasion)?.error);
    expect(met).toEqual(["twice", "twice", "ever", "ever"]);
  });

  it("counts anew when the file was written anew", () => {
    write({ operation: "create", error: "once", times: 1 });
    faultFor(folder, occasion);
    expect(faultFor(folder, occasion)).toBeUndefined();
    utimesSync(path.join(folder, "faults.json"), new Date(), new Date(Date.now() + 5000));
    expect(faultFor(folder, occasion)?.error).toBe("once");
  });
});

describe("a delay", () => {
  it("lasts as long as the fault says", async () => {
    const start = performance.now();
    const fault = { delaySeconds: 0.05, error: undefined };
    expect(await delayed(fault, new AbortController().signal)).toBe(false);
    expect(performance.now() - start).toBeGreaterThan(45);
  });

  it("ends when the engine cancels, and says so", async () => {
    const stop = new AbortController();
    const waiting = delayed({ delaySeconds: 60, error: undefined }, stop.signal);
    stop.abort();
    expect(await waiting).toBe(true);
  });
});
