import type { Pool } from "../../infra/cluster.ts";

/** Seconds to hand jobs back and to close, after the drain. */
const handBackSeconds = 15;

/** What a pod has by Kubernetes' default, and no less: it also has to start before it can stop. */
const leastGraceSeconds = 30;

/** How long a worker may finish jobs, and after which time it is killed; both from the stop signal on. */
export interface StopTimes {
  readonly drainSeconds: number;
  readonly graceSeconds: number;
}

/** Of a notice the end is for handing back: 15 seconds of 105, five of 15. */
function drainWithin(noticeSeconds: number): number {
  return Math.floor(noticeSeconds - Math.min(handBackSeconds, noticeSeconds / 3));
}

/**
 * What config asks for, and on nodes that the cloud takes back no more than it leaves: a worker that counts on more is
 * killed with its jobs, which then wait for their leases. Workers of one Deployment run on all `pools`, so that the
 * shortest notice counts.
 */
export function stopTimes(
  configuredSeconds: number,
  pools: readonly Pick<Pool, "noticeSeconds">[],
): StopTimes {
  const notices = pools.flatMap(({ noticeSeconds }) => noticeSeconds ?? []);
  const drainSeconds = Math.min(configuredSeconds, ...notices.map(drainWithin));
  return {
    drainSeconds,
    graceSeconds: Math.max(leastGraceSeconds, drainSeconds + handBackSeconds),
  };
}
