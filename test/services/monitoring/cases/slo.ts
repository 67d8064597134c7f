import type { Cases } from "./case.ts";

const http = "framewright_http_request_duration_seconds";
const request = (status: string) =>
  `${http}_count{server="client",route="/v1/jobs",status="${status}"}`;
const quick = (le: string) =>
  `${http}_bucket{server="client",route="/v1/jobs",status="200",le="${le}"}`;
const playable = "framewright_job_time_to_playable_seconds";
const inTime = (le: string) => `${playable}_bucket{length="up-to-10m",le="${le}"}`;
const all = `${playable}_count{length="up-to-10m"}`;
const failed = (kind: string) => `framewright_jobs_ended_total{state="failed",kind="${kind}"}`;

/** An hour and more, minute by minute. */
const hours = { at: "90m" } as const;
/** Every ten minutes for longer than a day. */
const aDay = { interval: "10m", at: "30h" } as const;

export const sloCases = {
  ApiAvailabilityBudgetBurnsFast: {
    firing: [
      {
        ...hours,
        series: { [request("200")]: "0+98x100", [request("500")]: "0+2x100" },
        fires: [{ summary: "2% of the API's requests fail." }],
      },
    ],
    quiet: [
      { ...hours, series: { [request("200")]: "0+999x100", [request("500")]: "0+1x100" } },
      // It was bad for a while, and is over.
      {
        ...hours,
        series: { [request("200")]: "0+98x100", [request("500")]: "0+2x60 120x40" },
      },
    ],
  },
  ApiAvailabilityBudgetBurnsSlowly: {
    firing: [
      {
        ...aDay,
        series: { [request("200")]: "0+995x200", [request("500")]: "0+5x200" },
        fires: [{ summary: "0.5% of the API's requests fail, for a day or longer." }],
      },
    ],
    quiet: [{ ...aDay, series: { [request("200")]: "0+9999x200", [request("500")]: "0+1x200" } }],
  },
  ApiLatencyBudgetBurnsFast: {
    firing: [
      {
        ...hours,
        series: {
          [quick("0.5")]: "0+80x100",
          [`${http}_count{server="client",route="/v1/jobs",status="200"}`]: "0+100x100",
        },
        fires: [{ summary: "20% of the API's requests take longer than half a second." }],
      },
    ],
    quiet: [
      {
        ...hours,
        series: {
          [quick("0.5")]: "0+995x100",
          [`${http}_count{server="client",route="/v1/jobs",status="200"}`]: "0+1000x100",
        },
      },
    ],
  },
  ApiLatencyBudgetBurnsSlowly: {
    firing: [
      {
        ...aDay,
        series: {
          [quick("0.5")]: "0+95x200",
          [`${http}_count{server="client",route="/v1/jobs",status="200"}`]: "0+100x200",
        },
        fires: [
          {
            summary:
              "5% of the API's requests take longer than half a second, for a day or longer.",
          },
        ],
      },
    ],
    quiet: [
      {
        ...aDay,
        series: {
          [quick("0.5")]: "0+998x200",
          [`${http}_count{server="client",route="/v1/jobs",status="200"}`]: "0+1000x200",
        },
      },
    ],
  },
  TimeToPlayableBudgetBurnsFast: {
    firing: [
      {
        ...hours,
        series: { [inTime("600")]: "0+1x100", [all]: "0+10x100" },
        fires: [
          {
            summary:
              "90% of the jobs are playable too late, or fail through no fault of their file.",
          },
        ],
      },
      // Failed jobs count as late, and Prometheus 3 writes the bound with a point.
      {
        ...hours,
        series: {
          [inTime("600.0")]: "0+1x100",
          [all]: "0+1x100",
          [failed("defect")]: "0+9x100",
        },
        fires: [
          {
            summary:
              "90% of the jobs are playable too late, or fail through no fault of their file.",
          },
        ],
      },
    ],
    quiet: [
      { ...hours, series: { [inTime("600")]: "0+97x100", [all]: "0+100x100" } },
      // Refused files are nobody's delay, and a long film is not promised.
      {
        ...hours,
        series: {
          [inTime("600")]: "0+10x100",
          [all]: "0+10x100",
          [failed("input")]: "0+90x100",
          [`${playable}_count{length="longer"}`]: "0+90x100",
        },
      },
      // No jobs, no objective.
      { ...hours, series: { [inTime("600")]: "5x100", [all]: "9x100" } },
    ],
  },
  TimeToPlayableBudgetBurnsSlowly: {
    firing: [
      {
        ...aDay,
        series: { [inTime("600")]: "0+8x200", [all]: "0+10x200" },
        fires: [
          {
            summary:
              "20% of the jobs are playable too late, or fail through no fault of their file, for a day or longer.",
          },
        ],
      },
    ],
    quiet: [{ ...aDay, series: { [inTime("600")]: "0+99x200", [all]: "0+100x200" } }],
  },
} as const satisfies Cases;
