import { rmSync, statfsSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, expect, it, onTestFinished } from "vitest";
import type { Egress } from "@framewright/contracts/egress.ts";
import { until } from "../api/api-under-test.ts";
import { patternPage } from "../support/egress/page-server.ts";
import type { WebRecorder, WebRecorderOptions } from "../support/egress/web-container.ts";
import { tellLoss } from "./lost-seconds.ts";
import { startPageStack, type PageStack } from "./page-stack.ts";

/** What recordings of pages lose when something of them fails, with the leases that a stack has by default. It is printed. */
let stack: PageStack;

const script = (text: string) => `<!doctype html><title>page</title><script>${text}</script>`;

beforeAll(async () => {
  stack = await startPageStack({
    "/pattern": patternPage,
    "/leaves": script("setTimeout(() => { location = 'http://127.0.0.1:1/inside' }, 6000)"),
    "/busy": script("setTimeout(() => { for (;;); }, 6000)"),
  });
}, 900_000);
afterAll(() => stack.close());

const tell = (fault: string, task: Egress) => tellLoss(fault, task, stack.api.url);

let count = 0;
/** One that takes pages, and is gone with the test. */
async function recorder(options: WebRecorderOptions = {}): Promise<WebRecorder> {
  count += 1;
  const started = await stack.recorder({ name: `web-recorder-${count}`, ...options });
  onTestFinished(() => started.close());
  await started.ready();
  return started;
}

/** Of a recording that has some seconds: what may be lost is not the first of them. */
async function recording(path = "/pattern"): Promise<string> {
  const id = await stack.record(path);
  await stack.has(id, "has 4 s", ({ durationSeconds }) => durationSeconds > 4);
  return id;
}

function kill({ processes }: WebRecorder, what: string): number[] {
  const killed = processes().filter(({ command }) => command.includes(what));
  for (const { pid } of killed) process.kill(pid, "SIGKILL");
  expect(killed.length, what).toBeGreaterThan(0);
  return killed.map(({ pid }) => pid);
}

/** It has a second part of some seconds, and is stopped. */
async function goesOn(id: string, ms = 60_000): Promise<Egress> {
  let from: number | undefined;
  await stack.has(
    id,
    "goes on",
    ({ discontinuities, durationSeconds }) => {
      if (discontinuities === 1) from ??= durationSeconds;
      return from !== undefined && durationSeconds > from + 3;
    },
    ms,
  );
  await stack.stop(id);
  return stack.ended(id);
}

it.each([
  { path: "/leaves", code: "source-refused", fault: "page goes to a private address" },
  { path: "/busy", code: "page-hung", fault: "page hangs" },
])("$fault: what is recorded until then can be played", async ({ path, code, fault }) => {
  await recorder();
  const task = await stack.ended(await stack.record(path), 120_000);
  expect(task).toMatchObject({ state: "failed", attempt: 1, reason: { code } });
  expect(task.durationSeconds).toBeGreaterThan(3);
  expect(await tell(fault, task)).toBeLessThan(1);
});

it("a page whose process is killed has crashed", async () => {
  const one = await recorder();
  const id = await recording();
  kill(one, "--type=renderer");
  const task = await stack.ended(id);
  expect(task).toMatchObject({ state: "failed", attempt: 1, reason: { code: "page-crashed" } });
  expect(await tell("page crashes", task)).toBeLessThan(1);
});

it("an ffmpeg that is killed costs the open segment, and the page goes on", async () => {
  const one = await recorder();
  const id = await recording();
  kill(one, "-progress");
  const task = await goesOn(id);
  expect(task).toMatchObject({ state: "stopped", attempt: 1, discontinuities: 1 });
  expect(await tell("ffmpeg killed", task)).toBeLessThan(20);
});

it("a process that records, killed, costs the open segment and the page's start", async () => {
  const one = await recorder();
  const id = await recording();
  const browsers = one.processes().filter(({ command }) => /chromium|Xvfb/.test(command));
  kill(one, "recorder.ts");
  const task = await goesOn(id);
  expect(task).toMatchObject({ state: "stopped", attempt: 1, discontinuities: 1 });
  expect(await tell("recording process killed", task)).toBeLessThan(40);
  const left = one.processes().map(({ pid }) => pid);
  for (const { pid, command } of browsers) expect(left, command).not.toContain(pid);
});

it("a pod that is drained hands its page over to a free one", async () => {
  const one = await recorder();
  const id = await recording();
  await recorder();
  await one.stop();
  const task = await goesOn(id);
  expect(task).toMatchObject({ state: "stopped", attempt: 2, discontinuities: 1 });
  expect(await tell("pod drained", task)).toBeLessThan(40);
});

it("a pod that is killed costs its lease, the open segment and the page's start", async () => {
  const one = await recorder();
  const id = await recording();
  await recorder();
  await one.close();
  const task = await goesOn(id, 180_000);
  expect(task).toMatchObject({ state: "stopped", attempt: 2, discontinuities: 1 });
  // 45 s of the lease, 5 s of the sweep, and the page's start.
  expect(await tell("pod killed", task)).toBeLessThan(100);
});

/** Leaves less of the recorder's scratch space than it keeps free. Returns what makes room again. */
function fill(one: WebRecorder): () => void {
  const pid = one.processes().find(({ command }) => command.includes("main.ts"))?.pid;
  const work = `/proc/${pid ?? 0}/root/work`;
  const { bavail, bsize } = statfsSync(work);
  const file = `${work}/of-somebody`;
  writeFileSync(file, Buffer.alloc(bavail * bsize - 2 * 1024 ** 2));
  return () => {
    rmSync(file);
  };
}

it("a disk that is full while the store is away costs the time until both are well", async () => {
  const full = await recorder({ workSize: "100m" });
  const id = await recording();
  await stack.services.kill("objectStore");
  const makeRoom = fill(full);
  await until(
    () => `a full disk; it said ${full.log()}`,
    () => full.log().includes("scratch space is full"),
    120_000,
  );
  makeRoom();
  await stack.services.restart("objectStore");
  const task = await goesOn(id, 120_000);
  expect(task).toMatchObject({ state: "stopped", attempt: 1, discontinuities: 1 });
  expect(await tell("disk full while the store was away", task)).toBeLessThan(60);
});

it("a disk that somebody else has filled ends a recording, of which what is there can be played", async () => {
  const full = await recorder({ workSize: "100m" });
  const id = await recording();
  fill(full);
  const task = await stack.ended(id);
  expect(task).toMatchObject({ state: "failed", attempt: 1, reason: { code: "disk-full" } });
  expect(task.durationSeconds).toBeGreaterThan(4);
  expect(await tell("disk full of others", task)).toBeLessThan(1);
});
