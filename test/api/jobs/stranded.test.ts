import { describe, expect, it } from "vitest";
import { moveStranded } from "../../../api/jobs/stranded.ts";
import { fakeEngine, figures } from "../fake-engine.ts";

const loads = [
  { class: "nvenc.720p", features: [], workers: 0, waiting: 2 },
  { class: "nvenc.1080p", features: [], workers: 0, waiting: 1 },
  { class: "cpu.720p", features: ["clip"], workers: 3, waiting: 0 },
];

it("jobs without workers move to workers of their size, with their messages, after two leases", async () => {
  const { context, db, trail, metrics } = fakeEngine({
    "class-loads": loads,
    "move-stranded": [{ id: "job-1" }, { id: "job-2" }],
  });
  expect(await moveStranded(context)).toBe(2);
  expect(db.values("move-stranded")).toEqual(["nvenc.720p", "cpu.720p", 60, 200, []]);
  expect(db.values("publish-moved")).toEqual(["cpu.720p", ["job-1", "job-2"]]);
  expect(trail).toEqual([
    ...["class-loads", "begin", "move-stranded", "publish-moved", "commit", "queue grew"],
  ]);
  expect(await figures(metrics.jobsMoved)).toEqual({ "nvenc.720p cpu.720p": 2 });
});

it("nobody is woken when no job has waited for long enough", async () => {
  const { context, trail, metrics } = fakeEngine({ "class-loads": loads, "move-stranded": [] });
  expect(await moveStranded(context)).toBe(0);
  expect(trail).not.toContain("queue grew");
  expect(await figures(metrics.jobsMoved)).toEqual({});
});

const busy = [
  { class: "nvenc.720p", features: [], workers: 1, waiting: 4 },
  { class: "cpu.720p", features: [], workers: 3, waiting: 1 },
];

it("jobs that waited long enough for a busy GPU go to as many CPU workers as have nothing to do", async () => {
  const { context, db, metrics } = fakeEngine({
    "class-loads": busy,
    "move-stranded": [{ id: "job-1" }],
  });
  expect(await moveStranded(context)).toBe(1);
  expect(db.values("move-stranded")).toEqual(["nvenc.720p", "cpu.720p", 300, 2, []]);
  expect(await figures(metrics.jobsMoved)).toEqual({ "nvenc.720p cpu.720p": 1 });
});

it.each([
  ["where the stack does not want it", busy, 0],
  ["while the CPU workers have enough to do", [busy[0], { ...busy[1], waiting: 3 }], 300],
  ["without CPU workers of their size", [busy[0], { ...busy[1], class: "cpu.1080p" }], 300],
  ["from CPU workers to others of their kind", [busy[1]], 300],
])("no job leaves a busy GPU %s", async (_where, rows, gpuWaitSeconds) => {
  const loads = rows.filter((row) => row !== undefined);
  const { context, trail } = fakeEngine({ "class-loads": loads }, { gpuWaitSeconds });
  expect(await moveStranded(context)).toBe(0);
  expect(trail).toEqual(["class-loads"]);
});

describe("jobs for a GPU that a job wakes", () => {
  const asleep = [
    { class: "nvenc.720p", features: [], workers: 0, waiting: 4 },
    { class: "cpu.720p", features: [], workers: 3, waiting: 1 },
  ];
  const wakeable = ["nvenc.720p"] as const;

  it("go to idle CPU workers only after the wait that config allows, not after two leases", async () => {
    const { context, db } = fakeEngine(
      { "class-loads": asleep, "move-stranded": [{ id: "job-1" }] },
      { wakeable },
    );
    expect(await moveStranded(context)).toBe(1);
    expect(db.values("move-stranded")).toEqual(["nvenc.720p", "cpu.720p", 300, 2, []]);
  });

  it("wake CPU workers as well where these sleep too", async () => {
    const { context, db } = fakeEngine(
      { "class-loads": asleep.slice(0, 1), "move-stranded": [{ id: "job-1" }] },
      { wakeable: [...wakeable, "cpu.720p"] },
    );
    expect(await moveStranded(context)).toBe(1);
    expect(db.values("move-stranded")).toEqual(["nvenc.720p", "cpu.720p", 300, 1, []]);
  });

  it("stay where they are when the stack wants that", async () => {
    const { context, trail } = fakeEngine(
      { "class-loads": asleep },
      { wakeable, gpuWaitSeconds: 0 },
    );
    expect(await moveStranded(context)).toBe(0);
    expect(trail).toEqual(["class-loads"]);
  });
});
