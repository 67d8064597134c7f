import { readFileSync } from "node:fs";

/** USER_HZ: what /proc counts in, on every architecture that Linux runs Node on (proc(5)). */
const ticksPerSecond = 100;

/**
 * Seconds of CPU, user and system, of all children of this process that have ended and their own (getrusage(2),
 * RUSAGE_CHILDREN; Node shows it for the process itself alone). Fields 16 and 17 of proc(5); the name, field 2, may have spaces.
 */
function secondsOfChildren(): number {
  const text = readFileSync("/proc/self/stat", "utf8");
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[13]) + Number(fields[14])) / ticksPerSecond;
}

/**
 * Shares the time of children out among them, as they end. Of two that are reaped in one turn the first gets both, so that
 * the sum is right in any case, and each share where a worker has one job at a time.
 */
export class ChildrenTime {
  #counted = secondsOfChildren();

  /** Of the child that has just ended, in seconds. */
  take(): number {
    const now = secondsOfChildren();
    const seconds = now - this.#counted;
    this.#counted = now;
    return Math.max(0, seconds);
  }
}
