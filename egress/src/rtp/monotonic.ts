/** Seconds that no change of the time of day moves. */
export function monotonicSeconds(): number {
  return performance.now() / 1000;
}
