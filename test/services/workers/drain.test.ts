import { describe, expect, test } from "vitest";
import { stopTimes } from "../../../services/workers/drain.ts";

const onDemand = {};

describe("a worker that is told to stop", () => {
  test.each([
    ["on demand", 120, [onDemand], 120, 135],
    ["on EKS's spot and GKE's with the long shutdown", 120, [{ noticeSeconds: 105 }], 90, 105],
    ["on GKE's spot with the short shutdown", 120, [{ noticeSeconds: 15 }], 10, 30],
    ["on spot and on demand alike", 120, [onDemand, { noticeSeconds: 105 }], 90, 105],
    ["on two kinds of spot", 120, [{ noticeSeconds: 105 }, { noticeSeconds: 15 }], 10, 30],
    ["with less than the cloud leaves it", 20, [{ noticeSeconds: 105 }], 20, 35],
    ["without pools of its own", 3600, [], 3600, 3615],
  ])("%s, configured for %d s", (_where, configured, pools, drainSeconds, graceSeconds) => {
    expect(stopTimes(configured, pools)).toEqual({ drainSeconds, graceSeconds });
  });

  test.each([15, 25, 30, 105, 120])("has five seconds of %d left to hand jobs back", (notice) => {
    const { drainSeconds } = stopTimes(3600, [{ noticeSeconds: notice }]);
    expect(notice - drainSeconds).toBeGreaterThanOrEqual(5);
  });
});
