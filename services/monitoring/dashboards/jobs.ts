import { classWorkers, queuedJobs, runningJobs } from "../rules/series.ts";
import { figure, lines, quantiles, spread, type Dashboard } from "./dashboard.ts";

const ended = "framewright_jobs_ended_total";
const workers = "framewright_worker";

/** Seed 002, "Jobs Dashboard". */
export const jobs: Dashboard = {
  name: "jobs",
  title: "Framewright: jobs",
  description: "How jobs come, wait, run and end",
  rows: [
    {
      title: "Now",
      panels: [
        figure("Jobs that wait", "short", `sum(${queuedJobs}) or vector(0)`),
        figure("Oldest of them", "s", "max(framewright_job_oldest_queued_seconds) or vector(0)"),
        figure("Jobs that run", "short", `sum(${runningJobs}) or vector(0)`),
        figure("Without a message", "short", "max(framewright_outbox_unpublished)", {
          description: "Jobs whose message to the broker is due and not confirmed",
        }),
        figure("Sweepers that lead", "short", "sum(framewright_sweeper_leading)", {
          description: "1 is right",
        }),
      ],
    },
    {
      title: "Queue",
      panels: [
        lines("Jobs that wait", "short", [{ expr: queuedJobs, legend: "{{class}}" }]),
        lines("Jobs for each worker", "short", [
          { expr: "framewright:queued_jobs_per_worker:ratio", legend: "{{class}}" },
        ]),
        lines("Workers that take the class", "short", [
          { expr: classWorkers, legend: "{{class}}" },
        ]),
        lines("Time in the queue", "s", quantiles("framewright_job_queue_duration_seconds_bucket")),
        lines("Messages in the broker", "short", [
          { expr: "max by (class) (framewright_queue_depth_messages)", legend: "{{class}}" },
        ]),
        lines("Messages sent", "ops", [
          {
            expr: "sum by (path, result) (rate(framewright_publishes_total[5m]))",
            legend: "{{path}} {{result}}",
          },
        ]),
      ],
    },
    {
      title: "Jobs",
      panels: [
        lines("Jobs that came", "ops", [
          {
            expr: "sum by (class) (rate(framewright_jobs_created_total[5m]))",
            legend: "{{class}}",
          },
        ]),
        lines("Jobs that ended", "ops", [
          { expr: `sum by (state) (rate(${ended}[5m]))`, legend: "{{state}}" },
        ]),
        lines("Failures by whose fault", "ops", [
          { expr: `sum by (kind) (rate(${ended}{state="failed"}[5m]))`, legend: "{{kind}}" },
        ]),
        spread("Time of jobs", "s", "framewright_job_duration_seconds_bucket"),
        lines(
          "Time of jobs by class, 95 %",
          "s",
          quantiles("framewright_job_duration_seconds_bucket", { by: ["class"], of: [0.95] }),
        ),
        lines(
          "Time to playable by length",
          "s",
          quantiles("framewright_job_time_to_playable_seconds_bucket", {
            by: ["length"],
            of: [0.5, 0.95],
          }),
        ),
      ],
    },
    {
      title: "Attempts",
      panels: [
        lines(
          "Speed by encoder and tallest rung, median",
          "short",
          quantiles(`${workers}_encode_speed_ratio_bucket`, { by: ["accel", "rung"], of: [0.5] }),
          { description: "Media seconds per second; 1 is real time" },
        ),
        lines(
          "Rate of renditions, median",
          "Bps",
          quantiles(`${workers}_rendition_bytes_per_second_bucket`, { by: ["rung"], of: [0.5] }),
        ),
        lines(
          "Time of stages, 95 %",
          "s",
          quantiles(`${workers}_stage_seconds_bucket`, { by: ["stage"], of: [0.95] }),
        ),
        lines("Attempts that run", "short", [
          { expr: `sum by (job) (${workers}_jobs_running)`, legend: "{{job}}" },
        ]),
        lines("Reasons of failed attempts", "ops", [
          {
            expr: `sum by (kind, code) (rate(${workers}_jobs_total{outcome="failed"}[5m]))`,
            legend: "{{kind}} {{code}}",
          },
        ]),
        lines("Attempts that were lost", "short", [
          { expr: "sum(increase(framewright_leases_expired_total[15m]))", legend: "silent" },
          {
            expr: "sum(increase(framewright_attempts_of_gone_workers_total[15m]))",
            legend: "connection broken",
          },
        ]),
        lines("Jobs moved to another class", "short", [
          {
            expr: "sum by (from, to) (increase(framewright_jobs_moved_total[15m]))",
            legend: "{{from}} to {{to}}",
          },
        ]),
        lines("Scratch volumes", "percentunit", [
          {
            expr: `max by (pod) (${workers}_scratch_bytes / (${workers}_scratch_limit_bytes > 0))`,
            legend: "{{pod}}",
          },
        ]),
      ],
    },
  ],
};
