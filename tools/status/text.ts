import type { Figures } from "./figures.ts";

const minute = 60;

/** 41 s, 3 min 20 s */
export function durationText(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < minute) return `${whole} s`;
  const rest = whole % minute;
  return `${Math.floor(whole / minute)} min${rest === 0 ? "" : ` ${rest} s`}`;
}

function total(groups: ReadonlyMap<string, number>): number {
  return [...groups.values()].reduce((all, value) => all + value, 0);
}

function groupText(groups: ReadonlyMap<string, number>): string {
  const parts = [...groups].map(([name, value]) => `${name} ${value}`);
  return parts.length === 0 ? "" : ` (${parts.join(", ")})`;
}

function counted(groups: ReadonlyMap<string, number>): string {
  return `${total(groups)}${groupText(groups)}`;
}

const none = "none yet";

function alertsText({ alerts }: Figures): string {
  if (alerts === undefined) return "unknown: monitoring is off";
  return alerts.length === 0 ? "none" : alerts.join(", ");
}

/** What each figure is called, and its value. */
function rowsOf(figures: Figures): readonly (readonly [string, string])[] {
  const { queued, running, workers, succeeded, timeToPlayable, source } = figures;
  const since = source === "prometheus" ? "last hour" : "since the API started";
  return [
    ["jobs waiting", counted(queued)],
    ["jobs running", running === undefined ? "unknown" : String(running)],
    ["workers", counted(workers)],
    [`succeeded, ${since}`, succeeded === undefined ? none : `${(succeeded * 100).toFixed(1)} %`],
    [
      `playable in, 95 %, ${since}`,
      timeToPlayable === undefined ? none : durationText(timeToPlayable),
    ],
    ["alerts firing", alertsText(figures)],
  ];
}

/** For a screen that is written anew each time. */
export function screenOf(figures: Figures, clock: string): string {
  const rows = rowsOf(figures);
  const width = Math.max(...rows.map(([name]) => name.length));
  const lines = rows.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`);
  return [`Framewright at ${clock}, from ${figures.source}`, "", ...lines, ""].join("\n");
}

/** For a file or a pipe: one line each time. */
export function lineOf(figures: Figures, clock: string): string {
  const { queued, running, workers, succeeded, timeToPlayable } = figures;
  return [
    clock,
    `waiting ${counted(queued)}`,
    `running ${running ?? "unknown"}`,
    `workers ${counted(workers)}`,
    `succeeded ${succeeded === undefined ? none : `${(succeeded * 100).toFixed(1)} %`}`,
    `playable in ${timeToPlayable === undefined ? none : durationText(timeToPlayable)}`,
    `alerts ${alertsText(figures)}`,
  ].join("; ");
}
