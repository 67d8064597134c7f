/** ReplicaSets remove the pods with the lowest value first; without it a pod has 0. */
export const costAnnotation = "controller.kubernetes.io/pod-deletion-cost";

/** 2^14 minutes are eleven days. */
const highestPower = 14;

/**
 * What it costs to remove a pod: 0 when it has nothing to do, and more the longer it has worked on what it has. In powers of two minutes,
 * so that an encode of hours changes its pod some ten times and not every few seconds.
 */
export function costOf(seconds: number | undefined): number {
  if (seconds === undefined) return 0;
  const minutes = Math.max(1, Math.floor(seconds / 60) + 1);
  return 2 ** Math.min(highestPower, Math.floor(Math.log2(minutes)));
}
