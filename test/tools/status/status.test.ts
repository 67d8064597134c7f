import { describe, expect, it, test } from "vitest";
import { createMetrics } from "../../../api/metrics.ts";
import { figuresOfPages } from "../../../tools/status/api-figures.ts";
import { quantileOf, type Figures } from "../../../tools/status/figures.ts";
import { figuresOfPrometheus, statusQueries } from "../../../tools/status/prometheus-figures.ts";
import { durationText, lineOf, screenOf } from "../../../tools/status/text.ts";

/** What a replica of the API says, by its own registry. */
async function page(fill: (metrics: ReturnType<typeof createMetrics>) => void): Promise<string> {
  const metrics = createMetrics();
  fill(metrics);
  return metrics.registry.metrics();
}

describe("the figures out of the API's own pages", () => {
  it("take what is true of the stack once, and add up what each replica counts", async () => {
    const stack = (metrics: ReturnType<typeof createMetrics>) => {
      metrics.jobs.set({ state: "queued", class: "cpu.720p" }, 3);
      metrics.jobs.set({ state: "running", class: "cpu.720p" }, 2);
      metrics.workers.set({ accel: "cpu", state: "ready" }, 2);
      metrics.workers.set({ accel: "nvenc", state: "draining" }, 1);
    };
    const pages = [
      await page((metrics) => {
        stack(metrics);
        metrics.jobsEnded.inc({ state: "succeeded", class: "cpu.720p", kind: "" }, 8);
        metrics.timeToPlayable.observe({ length: "up-to-10m" }, 20);
      }),
      await page((metrics) => {
        stack(metrics);
        metrics.jobsEnded.inc({ state: "failed", class: "cpu.720p", kind: "input" }, 2);
        metrics.jobsEnded.inc({ state: "cancelled", class: "cpu.720p", kind: "" }, 5);
      }),
    ];
    expect(figuresOfPages(pages)).toEqual({
      source: "api",
      queued: new Map([["cpu.720p", 3]]),
      running: 2,
      workers: new Map([["cpu", 2]]),
      succeeded: 0.8,
      timeToPlayable: 29.25,
      alerts: undefined,
    });
  });

  it("are unknown where nothing has ended", async () => {
    const { succeeded, timeToPlayable, queued } = figuresOfPages([await page(() => undefined)]);
    expect([succeeded, timeToPlayable, queued.size]).toEqual([undefined, undefined, 0]);
  });
});

test.each([
  [
    "half of a bucket",
    0.5,
    [
      [10, 10],
      [20, 20],
      [Infinity, 20],
    ],
    10,
  ],
  [
    "within a bucket",
    0.75,
    [
      [10, 10],
      [20, 20],
      [Infinity, 20],
    ],
    15,
  ],
  [
    "above the last bound",
    0.95,
    [
      [10, 1],
      [20, 2],
      [Infinity, 20],
    ],
    20,
  ],
  [
    "of nothing",
    0.95,
    [
      [10, 0],
      [Infinity, 0],
    ],
    undefined,
  ],
] as const)("the quantile %s is as Prometheus has it", (_where, quantile, bounds, value) => {
  const buckets = bounds.map(([le, count]) => ({ le, count }));
  expect(quantileOf(quantile, buckets)).toBe(value);
});

it("the figures of Prometheus are its answers to the dashboards' questions", async () => {
  const answers: Record<string, [Record<string, string>, string][]> = {
    [statusQueries.queued]: [[{ class: "nvenc.1080p" }, "4"]],
    [statusQueries.running]: [[{}, "1"]],
    [statusQueries.workers]: [[{ accel: "nvenc" }, "2"]],
    [statusQueries.succeeded]: [[{}, "NaN"]],
    [statusQueries.timeToPlayable]: [[{}, "61.2"]],
    [statusQueries.alerts]: [
      [{ alertname: "QueueStuck" }, "1"],
      [{ alertname: "ApiSlow" }, "2"],
    ],
  };
  const figures = await figuresOfPrometheus((query) =>
    Promise.resolve({
      status: "success",
      data: {
        resultType: "vector",
        result: (answers[query] ?? []).map(([metric, value]) => ({ metric, value: [1, value] })),
      },
    }),
  );
  expect(figures).toEqual({
    source: "prometheus",
    queued: new Map([["nvenc.1080p", 4]]),
    running: 1,
    workers: new Map([["nvenc", 2]]),
    succeeded: undefined,
    timeToPlayable: 61.2,
    alerts: ["ApiSlow", "QueueStuck"],
  });
});

const figures: Figures = {
  source: "prometheus",
  queued: new Map([
    ["cpu.720p", 3],
    ["cpu.1080p", 1],
  ]),
  running: 2,
  workers: new Map([["cpu", 2]]),
  succeeded: 0.9871,
  timeToPlayable: 200,
  alerts: [],
};

it("a screen has a figure in each line", () => {
  expect(screenOf(figures, "12:00:00")).toBe(`Framewright at 12:00:00, from prometheus

  jobs waiting                  4 (cpu.720p 3, cpu.1080p 1)
  jobs running                  2
  workers                       2 (cpu 2)
  succeeded, last hour          98.7 %
  playable in, 95 %, last hour  3 min 20 s
  alerts firing                 none
`);
});

it("a pipe gets all figures in a line", () => {
  const quiet = {
    ...figures,
    queued: new Map(),
    succeeded: undefined,
    timeToPlayable: undefined,
    alerts: undefined,
  };
  expect(lineOf(quiet, "12:00:00")).toBe(
    "12:00:00; waiting 0; running 2; workers 2 (cpu 2); succeeded none yet; playable in none yet; alerts unknown: monitoring is off",
  );
});

test.each([
  [0.4, "0 s"],
  [59.4, "59 s"],
  [60, "1 min"],
  [3725, "62 min 5 s"],
])("%d s are %s", (seconds, text) => {
  expect(durationText(seconds)).toBe(text);
});
