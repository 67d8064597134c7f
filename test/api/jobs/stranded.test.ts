import { expect, it } from "vitest";
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
