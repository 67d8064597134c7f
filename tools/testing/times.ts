import { plainTable } from "./tables.ts";

/** What a part of a run took: a set-up, a group of tests, taking down. */
export interface Taken {
  readonly what: string;
  readonly seconds: number;
}

function clock(seconds: number): string {
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)}:${(whole % 60).toString().padStart(2, "0")}`;
}

/** Where the time of a run went, in its order, in minutes and seconds. */
export function timesReport(taken: readonly Taken[]): string {
  const total = taken.reduce((sum, { seconds }) => sum + seconds, 0);
  const share = (seconds: number): string => `${Math.round((100 * seconds) / total)} %`;
  const rows = taken.map(({ what, seconds }) => [what, clock(seconds), share(seconds)]);
  return plainTable({
    title: "Where the time went",
    head: ["part", "time", "share"],
    rows: [...rows, ["all", clock(total), ""]],
  });
}
