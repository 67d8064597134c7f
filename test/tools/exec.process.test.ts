import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { exec, ExecError, interruptCommands, succeeds } from "../../tools/exec.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

it("a command's standard output is returned, and its input given", async () => {
  expect(await exec("cat", [], { input: "hello" })).toBe("hello");
});

it("a failed command tells its status, its last lines and where the rest is", async () => {
  const folder = temporaryFolder("exec-");
  const log = join(folder, "it.log");
  const failing = exec("sh", ["-c", "echo first; echo broken >&2; exit 3"], { log });
  await expect(failing).rejects.toThrow(ExecError);
  await expect(failing).rejects.toThrow(`ended with 3 (whole output: ${log})`);
  await expect(failing).rejects.toThrow("broken");
  await expect.poll(() => readFileSync(log, "utf8")).toContain("first");
});

it("a command that does not exist is an error that names it", async () => {
  await expect(exec("no-such-program", ["--flag"])).rejects.toThrow("no-such-program --flag");
  expect(await succeeds("no-such-program", [])).toBe(false);
});

it("an interrupt reaches the command that runs", async () => {
  const waiting = exec("sleep", ["60"]);
  expect(interruptCommands()).toBe(true);
  await expect(waiting).rejects.toThrow("ended with SIGINT");
  await expect.poll(() => interruptCommands()).toBe(false);
});
