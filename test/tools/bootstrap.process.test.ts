import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { expect, test, vi } from "vitest";

test("a command that gets SIGTERM ends with the programs that it started", async () => {
  const command = spawn("node", ["tools/bootstrap.mjs", "check", "types"], { stdio: "ignore" });
  const exited = once(command, "exit");
  const pid = String(command.pid);
  const started = await vi.waitUntil(
    () => readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim(),
    { timeout: 30_000 },
  );
  command.kill("SIGTERM");
  await exited;
  expect(existsSync(`/proc/${started}`)).toBe(false);
});
