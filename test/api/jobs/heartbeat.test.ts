import { expect, it } from "vitest";
import { heartbeat } from "../../../api/jobs/heartbeat.ts";
import { fakeEngine } from "../fake-engine.ts";

const ref = { jobId: "job-1", attempt: 2, workerId: "worker-1" };
const progress = { stage: "encoding", percent: 40 } as const;

it.each([
  ["continues", [{ cancel_requested: false }], "continue", ["changed job-1"]],
  ["is to be cancelled", [{ cancel_requested: true }], "cancel", ["changed job-1"]],
  ["belongs to another attempt", [], "lost", []],
])("a heartbeat for a job that %s gets its verdict", async (_how, rows, verdict, told) => {
  const { context, db, trail } = fakeEngine({ heartbeat: rows });
  expect(await heartbeat(context, ref, progress)).toEqual({ verdict });
  expect(db.values("heartbeat")).toEqual(["job-1", 2, "worker-1", progress, 30]);
  expect(trail).toEqual(["heartbeat", ...told]);
});
