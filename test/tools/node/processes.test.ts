import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { childOf, end, remember, remembered } from "../../../tools/node/processes.ts";

let folder: string;
let file: string;
const started: ChildProcess[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "processes-"));
  file = join(folder, "it.pid");
});

afterEach(() => {
  for (const child of started.splice(0)) child.kill("SIGKILL");
  rmSync(folder, { recursive: true });
});

function start(script: string): number {
  const child = spawn("sh", ["-c", script], { stdio: "ignore" });
  started.push(child);
  if (child.pid === undefined) throw new Error("sh did not start");
  return child.pid;
}

it("a process that runs is remembered", () => {
  const pid = start("sleep 60");
  remember(file, pid);
  expect(remembered(file)).toBe(pid);
});

it("a later process with the same number is not taken for the remembered one", () => {
  const pid = start("sleep 60");
  remember(file, pid);
  const [, ticks] = readFileSync(file, "utf8").trim().split(" ");
  writeFileSync(file, `${pid} ${Number(ticks) - 1}\n`);
  expect(remembered(file)).toBeUndefined();
});

it("nothing is remembered without a file, or with half of one", () => {
  expect(remembered(file)).toBeUndefined();
  writeFileSync(file, "123");
  expect(remembered(file)).toBeUndefined();
});

it("a process that ignores the request to end is ended all the same", async () => {
  const pid = start("trap '' TERM; while :; do sleep 0.05; done");
  remember(file, pid);
  expect(await end(file, (own) => own, 200)).toBe(true);
  expect(remembered(file)).toBeUndefined();
});

it("ending what does not run is no error", async () => {
  expect(await end(file, (own) => own, 200)).toBe(false);
});

it("the child of a process is found", async () => {
  const pid = start("sleep 60 & wait");
  await expect.poll(() => childOf(pid)).toBeTypeOf("number");
});
