import { expect, it } from "vitest";
import { JobFailure, Stopped } from "../../../worker/src/failure.ts";
import { createMetrics } from "../../../worker/src/ops/metrics.ts";
import { observeStore } from "../../../worker/src/ops/store-figures.ts";

const name = "framewright_worker_store_request_duration_seconds_count";

it.each<[string, () => Promise<unknown>, string[]]>([
  ["that came are ok", () => Promise.resolve(1), [`${name}{operation="get",result="ok"} 1`]],
  [
    "that the store did not give are errors",
    () => Promise.reject(new JobFailure("download-failed")),
    [`${name}{operation="get",result="error"} 1`],
  ],
  ["that the job no longer needs say nothing", () => Promise.reject(new Stopped("draining")), []],
  [
    "that are refused for their own sake say nothing",
    () => Promise.reject(new JobFailure("source-too-large")),
    [],
  ],
])("files %s", async (_what, work, lines) => {
  const metrics = createMetrics(() => true);
  await observeStore(metrics, "get", work).catch(() => undefined);
  const text = await metrics.registry.metrics();
  expect(text.split("\n").filter((line) => line.startsWith(name))).toEqual(lines);
});
