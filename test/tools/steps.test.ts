import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { exec } from "../../tools/exec.ts";
import { hashOf, readOr, sideBySide, step, writeWhole } from "../../tools/steps.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

it("a hash tells the border between its parts", () => {
  expect(hashOf("ab", "c")).not.toBe(hashOf("a", "bc"));
  expect(hashOf("ab", "c")).toBe(hashOf("ab", "c"));
});

it("a file is written whole, with its mode, and nothing else stays beside it", () => {
  const folder = temporaryFolder("steps-");
  const file = join(folder, "below/it");
  writeWhole(file, "content", 0o600);
  expect(readOr(file, "")).toBe("content");
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readdirSync(join(folder, "below"))).toEqual(["it"]);
});

it("a file that is not there reads as the given default", () => {
  expect(readOr("/no/such/file", "default")).toBe("default");
});

describe("in a log", () => {
  const lines: string[] = [];
  beforeEach(() => {
    lines.length = 0;
    vi.spyOn(process.stdout, "write").mockImplementation((text) => {
      lines.push(String(text).trim().replaceAll(/\s+/g, " "));
      return true;
    });
  });
  afterEach(() => {
    vi.restoreAllMocks();
  });

  it("a step has a line at its begin, and one at its end with what came of it and the seconds", async () => {
    await step(
      "binaries",
      ({ doing }) => {
        doing("compiling");
        return Promise.resolve(3);
      },
      (count) => `${count} built`,
    );
    expect(lines).toEqual(["binaries ...", expect.stringMatching(/^binaries 3 built \d+\.\d s$/)]);
  });

  it("steps side by side have whole lines", async () => {
    await sideBySide(
      () => step("slow", () => exec("sleep", ["0.05"])),
      () => step("fast", () => Promise.resolve()),
    );
    const names = lines.map((line) => line.split(" ").slice(0, 1).join());
    expect(names).toEqual(["slow", "fast", "fast", "slow"]);
  });

  it("a step that fails ends the commands of the others, and no other step begins", async () => {
    const all = sideBySide(
      async () => {
        await step("long", () => exec("sleep", ["60"]));
      },
      async () => {
        await step("short", () => exec("sleep", ["0.05"]));
        await step("broken", () => Promise.reject(new Error("see broken.log")));
      },
      async () => {
        await exec("sleep", ["0.2"]).catch(() => undefined);
        await step("late", () => Promise.resolve());
      },
    );
    await expect(all).rejects.toThrow("see broken.log");
    expect(
      lines.filter((line) => line.includes("failed")).map((line) => line.split(" ")[0]),
    ).toEqual(["broken", "long"]);
    expect(lines.join()).not.toContain("late");
    await step("afterwards", () => Promise.resolve());
    expect(lines.join()).toContain("afterwards");
  });
});
