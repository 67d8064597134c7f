import type { DashboardName } from "../dashboards/dashboard.ts";
import { group, type Alert } from "./rule.ts";
import { clientRequests, timedRequests } from "./series.ts";

/** What users may rely on, over 30 days. */
interface Objective {
  /** Part of the names of its series. */
  readonly name: string;
  /** Begins the names of its alerts. */
  readonly alert: string;
  /** The share of good events that is promised. */
  readonly target: number;
  /** What a bad event is, for a sentence. */
  readonly bad: string;
  /** Its share, over a window such as `5m`; nothing where there were no events. */
  readonly badRatio: (window: string) => string;
  readonly dashboard: DashboardName;
}

const duration = "framewright_http_request_duration_seconds";
const playable = "framewright_job_time_to_playable_seconds";

/**
 * Jobs that are late: those of a short video after 10 minutes, of a longer one (up to an hour) after an hour. Prometheus 3
 * writes bounds of buckets with a point, earlier ones as they come (`600`).
 */
const lateAfter = { "up-to-10m": "600", "up-to-1h": "3600" } as const;

function inTime(window: string): string {
  return Object.entries(lateAfter)
    .map(
      ([length, le]) =>
        `(sum(increase(${playable}_bucket{length="${length}",le=~"${le}([.]0)?"}[${window}])) or vector(0))`,
    )
    .join(" + ");
}

const lengths = Object.keys(lateAfter).join("|");

const objectives = [
  {
    name: "api_availability",
    alert: "ApiAvailability",
    target: 0.999,
    bad: "the API's requests fail",
    badRatio: (window) =>
      `(sum(rate(${duration}_count{${clientRequests},status=~"5.."}[${window}])) or vector(0))
        / sum(rate(${duration}_count{${clientRequests}}[${window}]))`,
    dashboard: "overview",
  },
  {
    name: "api_latency",
    alert: "ApiLatency",
    target: 0.99,
    bad: "the API's requests take longer than half a second",
    badRatio: (window) => `1 - sum(rate(${duration}_bucket{${timedRequests},le="0.5"}[${window}]))
      / sum(rate(${duration}_count{${timedRequests}}[${window}]))`,
    dashboard: "overview",
  },
  {
    name: "time_to_playable",
    alert: "TimeToPlayable",
    target: 0.95,
    bad: "the jobs are playable too late, or fail through no fault of their file",
    // Failed jobs count as late; refused files and cancelled jobs do not count.
    badRatio: (window) => `1 - (${inTime(window)})
      / ((sum(increase(${playable}_count{length=~"${lengths}"}[${window}])) or vector(0))
        + (sum(increase(framewright_jobs_ended_total{state="failed",kind!="input"}[${window}])) or vector(0)) > 0)`,
    dashboard: "jobs",
  },
] as const satisfies readonly Objective[];

/** The Site Reliability Workbook, chapter 5, "Multiwindow, Multi-Burn-Rate Alerts": shares of a budget of 30 days. */
const burns = {
  Fast: [
    { factor: 14.4, long: "1h", short: "5m" },
    { factor: 6, long: "6h", short: "30m" },
  ],
  Slow: [
    { factor: 3, long: "1d", short: "2h" },
    { factor: 1, long: "3d", short: "6h" },
  ],
} as const;

const windows = ["5m", "30m", "1h", "2h", "6h", "1d", "3d"] as const;

function recorded({ name }: Objective, window: string): string {
  return `framewright:slo_${name}:bad_ratio_${window}`;
}

function burning(objective: Objective, speed: keyof typeof burns): string {
  const budget = 1 - objective.target;
  return burns[speed]
    .map(({ factor, long, short }) => {
      const limit = Number((factor * budget).toPrecision(6));
      return `(${recorded(objective, long)} > ${limit} and ${recorded(objective, short)} > ${limit})`;
    })
    .join(" or ");
}

function burnAlerts(objective: Objective): [string, Alert][] {
  const { alert, target, bad, dashboard } = objective;
  const budget = `${Number(((1 - target) * 100).toPrecision(3))} %`;
  return [
    [
      `${alert}BudgetBurnsFast`,
      {
        expr: burning(objective, "Fast"),
        for: "2m",
        severity: "critical",
        summary: `{{ $value | humanizePercentage }} of ${bad}.`,
        description: `The objective allows ${budget} over 30 days. At this rate the budget of the month is used up within five days.`,
        dashboard,
      },
    ],
    [
      `${alert}BudgetBurnsSlowly`,
      {
        expr: burning(objective, "Slow"),
        for: "15m",
        severity: "warning",
        summary: `{{ $value | humanizePercentage }} of ${bad}, for a day or longer.`,
        description: `The objective allows ${budget} over 30 days. At this rate the budget of the month will not last.`,
        dashboard,
      },
    ],
  ];
}

function recordingsOf(objective: Objective): [string, string][] {
  return windows.map((window) => [recorded(objective, window), objective.badRatio(window)]);
}

/** Objectives with alerts that look at how fast the allowed errors are used up. */
export const slo = group("slo", {
  recordings: Object.fromEntries(objectives.flatMap(recordingsOf)),
  alerts: Object.fromEntries(objectives.flatMap(burnAlerts)),
});
