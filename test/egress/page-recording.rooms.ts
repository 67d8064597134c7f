import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { CreateEgress, Egress } from "@framewright/contracts/egress.ts";
import { probeStreams } from "../support/clips.ts";
import { measure, median } from "../support/egress/measure.ts";
import { patternPage } from "../support/egress/page-server.ts";
import type { WebRecorder } from "../support/egress/web-container.ts";
import { pageHost as host, startPageStack, type PageStack } from "./page-stack.ts";
import { usedBy } from "./page-usage.ts";

/** Pages are recorded in the image of the recorder, confined as its pod is. What was measured is printed. */
let stack: PageStack;
let recorder: WebRecorder;

const inside = "http://127.0.0.1:1/secret?token=of-somebody";
const html = (body: string) => `<!doctype html><title>page</title><body>${body}</body>`;
const script = (text: string) => html(`<h1>page</h1><script>${text}</script>`);

beforeAll(async () => {
  stack = await startPageStack({
    "/pattern": patternPage,
    "/still": html("<h1 id=late hidden>late</h1>"),
    "/dark": html("<style>body { background: #000 }</style>"),
    "/inside": { location: inside },
    "/leaves": script(`setTimeout(() => { location = "${inside}" }, 4000)`),
    "/busy": script("setTimeout(() => { for (;;); }, 4000)"),
    "/ends": script("setTimeout(() => console.log('the end'), 6000)"),
  });
  recorder = await stack.recorder();
  await recorder.ready();
}, 900_000);
afterAll(() => stack.close());

const record = (path: string, body: Partial<CreateEgress> = {}) => stack.record(path, body);
const has = (id: string, what: string, test: (task: Egress) => unknown) =>
  stack.has(id, what, test);
const ended = (id: string) => stack.ended(id);
const here = (url?: string) => stack.here(url);
const bytesAt = (url: string | undefined) => stack.bytesAt(url);

const seconds = 20;

it("a page is recorded with every picture, its sound in step, and pictures at their times", async () => {
  const id = await record("/pattern", {
    page: { ready: { when: "console", text: "pattern of 1280x720" }, width: 1280, height: 720 },
    outputs: { snapshots: { everySeconds: 4, width: 320 } },
    limits: { maxSeconds: seconds },
    expect: ["video", "audio"],
  });
  await has(id, "can be played", ({ playbackUrl }) => playbackUrl);
  const [used] = await usedBy([recorder], () =>
    has(id, "has some seconds", ({ durationSeconds }) => durationSeconds >= seconds - 6),
  );
  const task = await ended(id);
  expect(task).toMatchObject({
    ...{ state: "stopped", attempt: 1, discontinuities: 0, warnings: [] },
    reason: { code: "max-seconds" },
    source: { kind: "web", host },
  });
  const { frames = 0, durationSeconds: length = 0, url } = task.mp4 ?? {};
  expect(Math.abs(frames - 30 * length)).toBeLessThanOrEqual(1);
  const [video] = await probeStreams(here(task.playbackUrl));
  expect(Number(video?.nb_read_packets)).toBe(frames);
  const found = await measure(here(url));
  const steps = [...found.steps].toSorted(([, one], [, other]) => other - one);
  const offset = median(found.offsets);
  console.log(`frames ${frames} of ${(30 * length).toFixed(0)}`);
  console.log(`steps of the page's counter ${JSON.stringify(steps)}`);
  console.log(`offset ${offset.toFixed(1)} ms of ${JSON.stringify(found.offsets)}`);
  console.log(used?.words);
  expect(found.pictures).toBe(frames);
  expect(found.beeps.length).toBeGreaterThan(seconds - 4);
  expect(Math.abs(offset)).toBeLessThan(60);
  const times = task.snapshots?.map(({ atSeconds }) => Math.round(atSeconds));
  expect(times?.slice(-5)).toEqual([16, 12, 8, 4, 0]);
  expect((await bytesAt(task.snapshots?.[0]?.url)).subarray(0, 2)).toEqual(
    Buffer.from("ffd8", "hex"),
  );
  expect(recorder.log()).not.toContain("of-mine");
});

it("of a page pictures alone are kept", async () => {
  const id = await record("/pattern", {
    kind: "web-snapshot",
    outputs: { snapshots: { everySeconds: 2, width: 160 } },
    limits: { maxSeconds: 6 },
  });
  const task = await ended(id);
  expect(task).toMatchObject({ kind: "web-snapshot", state: "stopped" });
  expect(task.mp4).toBeUndefined();
  expect(task.playbackUrl).toBeUndefined();
  const times = task.snapshots?.map(({ atSeconds }) => Math.round(atSeconds));
  expect(times?.slice(-3)).toEqual([4, 2, 0]);
  await bytesAt(task.snapshots?.[0]?.url);
});

it("a page that does not become ready fails, and shows how it looked", async () => {
  const id = await record("/still", {
    page: { ready: { when: "selector", selector: "#late" } },
    startWithinSeconds: 5,
  });
  const task = await ended(id);
  expect(task).toMatchObject({
    state: "failed",
    reason: {
      code: "page-not-ready",
      message: "The page was not ready within 5 s: nothing that matches #late can be seen",
    },
  });
  expect((await bytesAt(task.screenshot?.url)).length).toBeGreaterThan(1000);
});

it("a page that is not there fails with what the server said", async () => {
  const task = await ended(await record("/nothing"));
  expect(task).toMatchObject({
    state: "failed",
    reason: { code: "page-not-loaded", message: `${host}:${stack.server.port} answered 404` },
  });
});

it.each([
  { path: "/inside", what: "at once" },
  { path: "/leaves", what: "later" },
])("a page that leads to a private address $what is refused", async ({ path }) => {
  const task = await ended(await record(path));
  expect(task).toMatchObject({
    state: "failed",
    reason: { code: "source-refused", message: "The page led to 127.0.0.1:1, which is refused" },
  });
  expect(recorder.log()).not.toContain("of-somebody");
});

it("a page that hangs fails, and what was recorded until then can be played", async () => {
  const task = await ended(await record("/busy"));
  expect(task).toMatchObject({ state: "failed", reason: { code: "page-hung" } });
  expect(task.durationSeconds).toBeGreaterThan(4);
  const [video] = await probeStreams(here(task.playbackUrl));
  expect(Number(video?.nb_read_packets)).toBeGreaterThan(100);
});

it("a page whose process dies fails as crashed", async () => {
  const id = await record("/pattern");
  await has(id, "has begun", ({ durationSeconds }) => durationSeconds > 0);
  for (const { pid, command } of recorder.processes()) {
    if (command.includes("--type=renderer")) process.kill(pid, "SIGKILL");
  }
  expect(await ended(id)).toMatchObject({ state: "failed", reason: { code: "page-crashed" } });
});

it("a black and silent page is told of, and one that has ended says so", async () => {
  const id = await record("/dark", { limits: { maxSeconds: 6 } });
  const task = await ended(id);
  expect(task.state).toBe("stopped");
  expect(task.warnings).toEqual([
    expect.stringMatching(/^The picture was black for [5-8][.]/),
    expect.stringMatching(/^There was no sound for [5-8][.]/),
  ]);
  const until = { when: "console", text: "the end" } as const;
  const other = await ended(await record("/ends", { page: { until } }));
  expect(other).toMatchObject({ state: "stopped", reason: { code: "source-ended" } });
});

it("the browser's own sandbox is on, without a capability or a way to more rights", async () => {
  const id = await record("/pattern");
  await has(id, "has begun", ({ durationSeconds }) => durationSeconds > 0);
  const rows = recorder.processes();
  const browser = rows.find(({ command }) => /chromium/.test(command) && !/--type=/.test(command));
  const renderers = rows.filter(({ command }) => command.includes("--type=renderer"));
  const statusOf = (pid = 0) => {
    const text = readFileSync(`/proc/${pid}/status`, "utf8");
    const field = (name: string) => new RegExp(`^${name}:\\s*(.*)$`, "m").exec(text)?.[1];
    return {
      capabilities: field("CapEff"),
      noNewPrivs: field("NoNewPrivs"),
      filters: field("Seccomp_filters"),
    };
  };
  const outside = statusOf(browser?.pid);
  const inSandbox = renderers.map(({ pid }) => statusOf(pid));
  console.log("browser", outside, "renderers", inSandbox);
  expect(outside).toMatchObject({ noNewPrivs: "1", capabilities: "0000000000000000" });
  expect(inSandbox.length).toBeGreaterThan(0);
  for (const one of inSandbox) {
    expect(one.noNewPrivs).toBe("1");
    expect(Number(one.filters)).toBeGreaterThan(Number(outside.filters));
  }
  expect(rows.some(({ command }) => command.includes("--no-sandbox"))).toBe(false);
  await stack.stop(id);
  expect(await ended(id)).toMatchObject({ state: "stopped", reason: { code: "stop-requested" } });
});
