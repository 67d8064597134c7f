import { group } from "./rule.ts";
import { classWorkers, cpuClasses, gpuClasses, queuedJobs } from "./series.ts";

const perWorker = "framewright:queued_jobs_per_worker:ratio";
const ended = "framewright_jobs_ended_total";

/** Queues, jobs and workers. */
export const work = group("work", {
  recordings: {
    [perWorker]: `${queuedJobs} / (${classWorkers} > 0)`,
    "framewright:jobs_failed:ratio_rate30m": `sum(increase(${ended}{state="failed",kind!="input"}[30m]))
      / sum(increase(${ended}{state=~"succeeded|failed"}[30m]))`,
    "framewright:jobs_refused_input:ratio_rate1h": `sum(increase(${ended}{state="failed",kind="input"}[1h]))
      / sum(increase(${ended}{state=~"succeeded|failed"}[1h]))`,
    "framewright:jobs_succeeded:ratio_rate1h": `sum(increase(${ended}{state="succeeded"}[1h]))
      / sum(increase(${ended}{state=~"succeeded|failed"}[1h]))`,
    "framewright:job_time_to_playable_seconds:p95_1h": `histogram_quantile(0.95,
      sum by (le) (rate(framewright_job_time_to_playable_seconds_bucket[1h])))`,
  },
  alerts: {
    // Seed 002, "Auto-scaling Strategy": 10 jobs for each CPU worker, 5 for each GPU worker.
    QueueDepthHigh: {
      expr: `${perWorker}{${cpuClasses}} > 10 or ${perWorker}{${gpuClasses}} > 5`,
      for: "15m",
      severity: "warning",
      summary: "{{ $value | humanize }} jobs wait for each worker of {{ $labels.class }}.",
      description:
        "Jobs come faster than workers take them, and new workers have not helped for a quarter of an hour.",
      dashboard: "jobs",
    },
    QueueStuck: {
      expr: `max by (class) (framewright_job_oldest_queued_seconds) > 1800
        and on () sum(increase(framewright_attempts_started_total[15m])) == 0`,
      for: "5m",
      severity: "critical",
      summary:
        "A job of {{ $labels.class }} has waited for {{ $value | humanizeDuration }}, and no job was started in 15 minutes.",
      description: "Workers take nothing. New jobs are accepted and wait.",
      dashboard: "jobs",
    },
    JobsWithoutWorkers: {
      expr: `(${queuedJobs} > 0) unless on (class) (${classWorkers} > 0)`,
      for: "10m",
      severity: "critical",
      summary: "{{ $value }} jobs of {{ $labels.class }} wait, and no worker takes such jobs.",
      description:
        "No live worker has proven the encoder of this class. The jobs wait until one comes, or until another class can take them.",
      dashboard: "jobs",
    },
    JobFailuresHigh: {
      expr: `framewright:jobs_failed:ratio_rate30m > 0.1
        and on () sum(increase(${ended}{state="failed",kind!="input"}[30m])) >= 3`,
      for: "5m",
      severity: "critical",
      summary: "{{ $value | humanizePercentage }} of the jobs fail through no fault of their file.",
      description:
        "Attempts were repeated as often as they may be. Clients get an error for files that are good.",
      dashboard: "jobs",
    },
    InputFailuresHigh: {
      expr: `framewright:jobs_refused_input:ratio_rate1h > 0.5
        and on () sum(increase(${ended}{state="failed",kind="input"}[1h])) >= 10`,
      for: "30m",
      severity: "warning",
      summary: "{{ $value | humanizePercentage }} of the jobs are refused for their file.",
      description: "A client sends broken files, or a change of ours refuses good ones.",
      dashboard: "jobs",
    },
    AttemptsLost: {
      expr: `sum(increase(framewright_leases_expired_total[15m]))
        + sum(increase(framewright_attempts_of_gone_workers_total[15m])) > 3`,
      severity: "warning",
      summary: "{{ $value | humanize }} attempts were lost with their workers in 15 minutes.",
      description:
        "Workers are killed or cut off. Their jobs begin again elsewhere, five times at most.",
      dashboard: "jobs",
    },
    OutboxStuck: {
      expr: `max(framewright_outbox_oldest_seconds) > 120`,
      for: "3m",
      severity: "critical",
      summary: "A job has waited {{ $value | humanizeDuration }} for its message to the broker.",
      description:
        "Workers in the cluster do not learn of new jobs. The broker is away or full, or no sweeper leads.",
      dashboard: "jobs",
    },
    SweeperWithoutLeader: {
      expr: `sum(framewright_sweeper_leading) == 0`,
      for: "3m",
      severity: "critical",
      summary: "No replica of the API leads the sweeper.",
      description:
        "Nobody ends leases of dead workers, repeats messages, or deletes what is old. Jobs of dead workers hang.",
      dashboard: "jobs",
    },
    JobsOverdue: {
      expr: `sum(increase(framewright_jobs_overdue_total[15m])) > 0`,
      severity: "warning",
      summary: "{{ $value | humanize }} jobs failed in 15 minutes because they began too late.",
      description: "Clients gave these jobs a deadline, and no worker took them before it.",
      dashboard: "jobs",
    },
    EncoderResting: {
      expr: `max by (pod, step) (framewright_worker_encoder_breaker_open) == 1`,
      for: "10m",
      severity: "warning",
      summary:
        "Worker {{ $labels.pod }} does not use {{ $labels.step }}, which failed several times.",
      description: "The worker encodes in another way, which is slower.",
      dashboard: "gpu",
    },
    WorkerCutOff: {
      expr: `min by (pod) (framewright_worker_api_connected) == 0`,
      for: "5m",
      severity: "warning",
      summary: "Worker {{ $labels.pod }} does not reach the API.",
      description:
        "The worker takes no jobs, and the jobs that it has go to others when their lease ends.",
      dashboard: "jobs",
    },
    WorkerScratchNearlyFull: {
      expr: `max by (pod) (framewright_worker_scratch_bytes / (framewright_worker_scratch_limit_bytes > 0)) > 0.9`,
      for: "2m",
      severity: "warning",
      summary: "The scratch volume of {{ $labels.pod }} is {{ $value | humanizePercentage }} full.",
      description:
        "The worker ends jobs before the kubelet evicts the pod. Their next attempt may fail as well.",
      dashboard: "jobs",
    },
  },
});
