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

/** The time of groups that ran side by side, given to each as its files took of it. */
export function shared(seconds: number, fileSeconds: ReadonlyMap<string, number>): Taken[] {
  const all = [...fileSeconds.values()].reduce((sum, one) => sum + one, 0);
  const share = (own: number): number => (all === 0 ? 1 / fileSeconds.size : own / all);
  return [...fileSeconds].map(([what, own]) => ({ what, seconds: seconds * share(own) }));
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
