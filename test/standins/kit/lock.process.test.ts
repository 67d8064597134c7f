import { execFile } from "node:child_process";
import { readdirSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { withLock } from "./lock.ts";

it("a lock is taken over from a process that was killed", async () => {
  const folder = temporaryFolder("lock-");
  const lock = path.join(import.meta.dirname, "lock.ts");
  const program = `
    const { withLock } = await import(${JSON.stringify(lock)});
    await withLock(${JSON.stringify(folder)}, "same", () => process.kill(process.pid, "SIGKILL"));`;
  const args = ["--input-type=module", "-e", program];
  await expect(promisify(execFile)(process.execPath, args)).rejects.toThrow();
  expect(readdirSync(path.join(folder, "locks"))).toHaveLength(1);
  expect(await withLock(folder, "same", () => "mine")).toBe("mine");
});
