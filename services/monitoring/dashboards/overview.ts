import {
  clientRequests,
  queuedJobs,
  recordings,
  recordingSlots,
  runningJobs,
  scrapeJobs,
  timedRequests,
} from "../rules/series.ts";
import { figure, lines, quantiles, type Dashboard, type Row } from "./dashboard.ts";

const duration = "framewright_http_request_duration_seconds";
const programs = `job=~"${Object.values(scrapeJobs).join("|")}"`;

/** Empty where nothing is recorded. */
const recordingsRow: Row = {
  title: "Recordings",
  panels: [
    lines("Recordings and slots", "short", [
      { expr: recordings, legend: "recordings" },
      { expr: recordingSlots, legend: "slots" },
    ]),
    lines(
      "Seconds recorded in a second",
      "short",
      [{ expr: "sum(rate(framewright_egress_recorded_seconds_total[5m]))", legend: "seconds" }],
      { description: "As many as there are recordings, where nothing is lost" },
    ),
    lines("Recordings that ended, and processes that died", "ops", [
      {
        expr: "sum by (outcome) (rate(framewright_egress_ended_total[5m]))",
        legend: "{{outcome}}",
      },
      { expr: "sum(rate(framewright_egress_restarts_total[5m]))", legend: "died" },
    ]),
    lines("Requests by the proxy", "ops", [
      {
        expr: "sum by (outcome) (rate(framewright_egress_proxy_requests_total[5m]))",
        legend: "{{outcome}}",
      },
    ]),
    lines("Bytes by the proxy", "Bps", [
      { expr: "sum(rate(framewright_egress_proxy_bytes_total[5m]))", legend: "both ways" },
    ]),
  ],
};

/** Seed 002, "System Overview Dashboard". */
export const overview: Dashboard = {
  name: "overview",
  title: "Framewright: overview",
  description: "Whether the platform does what it should, and how much of it",
  rows: [
    {
      title: "Now",
      panels: [
        figure("Replicas of the API", "short", `sum(up{job="${scrapeJobs.api}"})`),
        figure("Jobs that wait", "short", `sum(${queuedJobs}) or vector(0)`),
        figure("Jobs that run", "short", `sum(${runningJobs}) or vector(0)`),
        figure(
          "Workers",
          "short",
          'sum(max by (accel) (framewright_workers{state="ready"})) or vector(0)',
        ),
        figure(
          "Jobs that succeeded, last hour",
          "percentunit",
          "framewright:jobs_succeeded:ratio_rate1h",
          {
            description: "Of those that ended, without cancelled ones",
          },
        ),
        figure("Time to playable, 95 %", "s", "framewright:job_time_to_playable_seconds:p95_1h"),
        figure(
          "Alerts",
          "short",
          'count(ALERTS{alertstate="firing",severity!="none"}) or vector(0)',
        ),
      ],
    },
    {
      title: "API",
      panels: [
        lines("Requests", "reqps", [
          {
            expr: `sum by (status) (rate(${duration}_count{${clientRequests}}[5m]))`,
            legend: "{{status}}",
          },
        ]),
        lines("Time of requests", "s", quantiles(`${duration}_bucket{${timedRequests}}`)),
        lines("Requests that fail", "percentunit", [
          { expr: "framewright:http_errors:ratio_rate5m", legend: "of all" },
        ]),
        lines("Slowest routes, 95 %", "s", [
          {
            expr: `topk(5, histogram_quantile(0.95, sum by (le, route) (rate(${duration}_bucket{${timedRequests}}[5m]))))`,
            legend: "{{route}}",
          },
        ]),
        lines("Problems by type", "ops", [
          {
            expr: "sum by (component, type) (rate(framewright_errors_total[5m]))",
            legend: "{{component}} {{type}}",
          },
        ]),
        lines("Open event streams", "short", [
          { expr: "sum(framewright_event_streams)", legend: "streams" },
        ]),
      ],
    },
    {
      title: "Jobs",
      panels: [
        lines("Jobs that wait", "short", [{ expr: queuedJobs, legend: "{{class}}" }]),
        lines("Jobs that ended", "ops", [
          { expr: "sum by (state) (rate(framewright_jobs_ended_total[5m]))", legend: "{{state}}" },
        ]),
        lines("Workers", "short", [
          { expr: "max by (accel, state) (framewright_workers)", legend: "{{accel}} {{state}}" },
        ]),
      ],
    },
    recordingsRow,
    {
      title: "Health",
      panels: [
        lines("What the API reaches", "short", [
          { expr: "min by (dependency) (framewright_dependency_up)", legend: "{{dependency}}" },
        ]),
        lines("Pods that are missing", "short", [
          {
            expr: "sum by (namespace) (kube_deployment_spec_replicas) - sum by (namespace) (kube_deployment_status_replicas_available)",
            legend: "{{namespace}}",
          },
        ]),
        lines("Restarts", "short", [
          {
            expr: "sum by (namespace) (increase(kube_pod_container_status_restarts_total[1h]))",
            legend: "{{namespace}}",
          },
        ]),
        lines("Webhooks that are due", "short", [
          { expr: "max(framewright_webhook_deliveries_pending)", legend: "deliveries" },
        ]),
        lines(
          "Bad events of the objectives, last hour",
          "percentunit",
          [
            {
              expr: "framewright:slo_api_availability:bad_ratio_1h",
              legend: "availability (0.1 %)",
            },
            { expr: "framewright:slo_api_latency:bad_ratio_1h", legend: "latency (1 %)" },
            { expr: "framewright:slo_time_to_playable:bad_ratio_1h", legend: "playable (5 %)" },
          ],
          { description: "In brackets: the share that is allowed over 30 days" },
        ),
      ],
    },
    {
      title: "Processes",
      panels: [
        lines("CPU", "short", [
          {
            expr: `sum by (job) (rate(process_cpu_seconds_total{${programs}}[5m]))`,
            legend: "{{job}}",
          },
        ]),
        lines("Memory", "bytes", [
          { expr: `max by (job) (process_resident_memory_bytes{${programs}})`, legend: "{{job}}" },
        ]),
        lines("Event loop, 99 %", "s", [
          {
            expr: `max by (job) (nodejs_eventloop_lag_p99_seconds{${programs}})`,
            legend: "{{job}}",
          },
        ]),
      ],
    },
  ],
};
