import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from "prom-client";
import { ErrorKind, jobClasses } from "@framewright/contracts/job.ts";
import { cacheMetrics, databaseMetrics, storeMetrics } from "./backend-metrics.ts";
import { RequestDurations } from "./request-durations.ts";

/** Every figure that the API exports; docs/metrics.md lists them. */
export function createMetrics() {
  const registry = new Registry();
  // A coarse event loop sampler: the default wakes an idle process a hundred times a second.
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: 500 });
  return {
    registry,
    ...engineMetrics([registry]),
    ...sweeperMetrics([registry]),
    ...serviceMetrics([registry]),
    ...beginAtZero(jobMetrics([registry])),
    ...storeMetrics([registry]),
    ...cacheMetrics([registry]),
    database: databaseMetrics([registry]),
  };
}
export type Metrics = ReturnType<typeof createMetrics>;

/** The figures of the webhook sender, which is a process of its own. */
export function createSenderMetrics() {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: 500 });
  const registers = [registry];
  return {
    registry,
    database: databaseMetrics(registers),
    attempts: new Counter({
      name: "framewright_webhook_attempts_total",
      help: "Requests to receivers that ended, by result: delivered, or why not",
      labelNames: ["result"],
      registers,
    }),
    duration: new Histogram({
      name: "framewright_webhook_request_duration_seconds",
      help: "Time of a request to a receiver, from its start to the end of the answer",
      buckets: [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15, 30, 60],
      registers,
    }),
    underWay: new Gauge({
      name: "framewright_webhook_requests_under_way",
      help: "Requests to receivers that have not ended",
      registers,
    }),
    pending: new Gauge({
      name: "framewright_webhook_deliveries_pending",
      help: "Deliveries to enabled endpoints that are due, in the whole stack",
      registers,
    }),
    oldest: new Gauge({
      name: "framewright_webhook_oldest_seconds",
      help: "For how long the oldest of them has been due",
      registers,
    }),
  };
}
export type SenderMetrics = ReturnType<typeof createSenderMetrics>;

function serviceMetrics(registers: Registry[]) {
  return {
    httpDuration: new RequestDurations({
      name: "framewright_http_request_duration_seconds",
      help: "Time from the request's arrival to the end of its answer",
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
      registers,
    }),
    dependencyUp: new Gauge({
      name: "framewright_dependency_up",
      help: "1 when the last check reached it",
      labelNames: ["dependency"],
      registers,
    }),
    eventStreams: new Gauge({
      name: "framewright_event_streams",
      help: "Open event streams",
      registers,
    }),
    objectsDeleted: new Counter({
      name: "framewright_objects_deleted_total",
      help: "Objects of abandoned attempts and old uploads that were deleted",
      registers,
    }),
    errors: new Counter({
      name: "framewright_errors_total",
      help: "Requests that were answered with a problem, by component (client-api, worker-api) and type, which is the problem's code",
      labelNames: ["component", "type"],
      registers,
    }),
    quotaRefusals: new Counter({
      name: "framewright_quota_refusals_total",
      help: "Requests that were refused because of a quota of their project",
      labelNames: ["quota"],
      registers,
    }),
    redisErrors: new Counter({
      name: "framewright_redis_errors_total",
      help: "Redis commands that failed; the API worked without them",
      registers,
    }),
  };
}

/** Lengths of media by which jobs are told apart: a long film takes longer than a clip. */
export const mediaLengths = ["up-to-10m", "up-to-1h", "longer"] as const;
export type MediaLength = (typeof mediaLengths)[number];

/** Seconds of jobs: from a clip of a few seconds to a film of hours. */
const jobBuckets = [5, 15, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 14400, 28800];

const ends = [
  { state: "succeeded", kind: "" },
  { state: "cancelled", kind: "" },
  ...ErrorKind.enum.map((kind) => ({ state: "failed", kind })),
];

/**
 * Prometheus sees no increase in a series that begins with 1: what is counted seldom, and alerted on, is there as 0 from the
 * start.
 */
function beginAtZero(metrics: ReturnType<typeof jobMetrics>): ReturnType<typeof jobMetrics> {
  for (const jobClass of jobClasses) {
    for (const { state, kind } of ends) metrics.jobsEnded.inc({ state, class: jobClass, kind }, 0);
  }
  for (const length of mediaLengths) metrics.timeToPlayable.zero({ length });
  return metrics;
}

function jobMetrics(registers: Registry[]) {
  return {
    jobsCreated: new Counter({
      name: "framewright_jobs_created_total",
      help: "Jobs that were accepted",
      labelNames: ["class", "priority"],
      registers,
    }),
    jobsEnded: new Counter({
      name: "framewright_jobs_ended_total",
      help: "Jobs that ended, by state (succeeded, failed, cancelled); kind says whose fault a failure was",
      labelNames: ["state", "class", "kind"],
      registers,
    }),
    queueDuration: new Histogram({
      name: "framewright_job_queue_duration_seconds",
      help: "For how long a job could have been claimed until it was",
      labelNames: ["class"],
      buckets: [0.1, 0.5, 1, ...jobBuckets],
      registers,
    }),
    jobDuration: new Histogram({
      name: "framewright_job_duration_seconds",
      help: "Time of jobs that succeeded, from their first claim to their result",
      labelNames: ["class"],
      buckets: jobBuckets,
      registers,
    }),
    timeToPlayable: new Histogram({
      name: "framewright_job_time_to_playable_seconds",
      help: "Time of jobs that succeeded, from their submission to their result, by the length of the media: up-to-10m, up-to-1h, longer",
      labelNames: ["length"],
      buckets: jobBuckets,
      registers,
    }),
  };
}

function engineMetrics(registers: Registry[]) {
  return {
    jobs: new Gauge({
      name: "framewright_jobs",
      help: "Jobs of the whole stack that are queued or running; every replica tells the same",
      labelNames: ["state", "class"],
      registers,
    }),
    oldestQueued: new Gauge({
      name: "framewright_job_oldest_queued_seconds",
      help: "For how long the oldest waiting job of the class could have been claimed; every replica tells the same",
      labelNames: ["class"],
      registers,
    }),
    classWorkers: new Gauge({
      name: "framewright_class_workers",
      help: "Live workers that take jobs of the class; every replica tells the same",
      labelNames: ["class"],
      registers,
    }),
    workers: new Gauge({
      name: "framewright_workers",
      help: "Live workers of the whole stack by encoder and state (ready, draining); every replica tells the same",
      labelNames: ["accel", "state"],
      registers,
    }),
    attemptsStarted: new Counter({
      name: "framewright_attempts_started_total",
      help: "Claims that gave a lease",
      registers,
    }),
    attemptsEnded: new Counter({
      name: "framewright_attempts_ended_total",
      help: "Attempts that ended, by the state that the job took",
      labelNames: ["state"],
      registers,
    }),
    publishes: new Counter({
      name: "framewright_publishes_total",
      help: "Messages sent to the broker, by path (request, sweeper) and result",
      labelNames: ["path", "result"],
      registers,
    }),
    outboxUnpublished: new Gauge({
      name: "framewright_outbox_unpublished",
      help: "Queued jobs that are due and have no confirmed message",
      registers,
    }),
    outboxAge: new Gauge({
      name: "framewright_outbox_oldest_seconds",
      help: "For how long the oldest of them has been due",
      registers,
    }),
  };
}

function sweeperMetrics(registers: Registry[]) {
  return {
    leasesExpired: new Counter({
      name: "framewright_leases_expired_total",
      help: "Attempts whose worker stopped reporting",
      registers,
    }),
    workersGone: new Counter({
      name: "framewright_attempts_of_gone_workers_total",
      help: "Attempts whose worker broke its connection and did not come back",
      registers,
    }),
    jobsOverdue: new Counter({
      name: "framewright_jobs_overdue_total",
      help: "Queued jobs that failed because their deadline passed",
      registers,
    }),
    jobsMoved: new Counter({
      name: "framewright_jobs_moved_total",
      help: "Waiting jobs moved to another class because no worker was left for theirs",
      labelNames: ["from", "to"],
      registers,
    }),
    queueDepth: new Gauge({
      name: "framewright_queue_depth_messages",
      help: "Messages that wait in a job queue; only the leading sweeper sets it",
      labelNames: ["class"],
      registers,
    }),
    sweeperLeading: new Gauge({
      name: "framewright_sweeper_leading",
      help: "1 on the replica whose sweeper works",
      registers,
    }),
  };
}
