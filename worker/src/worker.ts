import type { Server } from "node:http";
import type { Lease, RegisterRequest } from "@framewright/contracts/worker-api.ts";
import { version } from "@framewright/runtime/version.ts";
import type { WorkerConfig } from "../env.ts";
import { createAmqpSource } from "./agent/amqp-source.ts";
import { drainJobs } from "./agent/drain.ts";
import { createPost } from "./agent/http.ts";
import { createPollSource } from "./agent/poll-source.ts";
import { Presence } from "./agent/presence.ts";
import { Slots } from "./agent/slots.ts";
import type { WorkSource, WorkSourceArgs } from "./agent/work-source.ts";
import { createWorkerApi } from "./agent/worker-api.ts";
import { startJob, type JobRunnerArgs, type RunningJob } from "./job/run-job.ts";
import { encoders } from "./media/encoders/index.ts";
import { startHealthServer, type HealthArgs } from "./ops/health.ts";
import { createLog } from "./ops/log.ts";
import { createMetrics, type Metrics } from "./ops/metrics.ts";
import { sweepScratch } from "./ops/scratch.ts";
import { runPhases, type Phase } from "./ops/shutdown.ts";
import { jobSettings, prepareTools } from "./startup.ts";

export interface Worker {
  /** Drains and closes; resolves when nothing is left running. */
  readonly stop: () => Promise<void>;
}

function registrationOf(config: WorkerConfig): RegisterRequest {
  return {
    worker_name: config.name,
    accel: config.accel,
    classes: [...config.classes],
    encoders: [encoders[config.accel].codec],
    version,
  };
}

function createSource(config: WorkerConfig, args: WorkSourceArgs, metrics: Metrics): WorkSource {
  if (config.amqpUrl === "") return createPollSource(args);
  const onConnected = (connected: boolean): void => {
    metrics.brokerConnected.set(connected ? 1 : 0);
  };
  return createAmqpSource({ ...args, url: config.amqpUrl, classes: config.classes, onConnected });
}

/** Keeps the set of running jobs, for the drain. */
function jobHandler(args: JobRunnerArgs, jobs: Set<RunningJob>): WorkSourceArgs["onLease"] {
  return async (lease: Lease) => {
    const job = startJob(args, lease);
    jobs.add(job);
    await job.done;
    jobs.delete(job);
  };
}

interface Parts {
  readonly source: WorkSource;
  readonly presence: Presence;
  readonly jobs: ReadonlySet<RunningJob>;
  readonly health: Server;
  readonly closeHttp: () => Promise<void>;
  readonly graceMs: number;
}

function shutdownPhases({ source, presence, jobs, health, closeHttp, graceMs }: Parts): Phase[] {
  const close = async (): Promise<void> => {
    await presence.end();
    await closeHttp();
    health.close();
    health.closeAllConnections();
  };
  return [
    { name: "stop taking jobs", timeoutMs: 5000, run: source.stop },
    { name: "announce", timeoutMs: 2000, run: () => presence.announceDrain() },
    { name: "drain jobs", timeoutMs: graceMs + 5000, run: () => drainJobs(jobs, graceMs) },
    { name: "close the source", timeoutMs: 5000, run: source.close },
    { name: "close the rest", timeoutMs: 5000, run: close },
  ];
}

interface Readiness {
  ffmpeg: boolean;
}

function healthArgs(
  config: WorkerConfig,
  readiness: Readiness,
  parts: Pick<Parts, "presence" | "jobs"> & { metrics: Metrics },
): HealthArgs {
  const { presence, jobs, metrics } = parts;
  return {
    port: config.healthPort,
    registry: metrics.registry,
    checks: () => ({ ffmpeg: readiness.ffmpeg, api_connected: presence.connected }),
    info: () => ({
      service: "framewright-worker",
      ...registrationOf(config),
      api_url: config.apiUrl,
      jobs: [...jobs].map(({ lease }) => lease.jobId),
    }),
  };
}

/** Wires the parts together and starts them; takes jobs once the worker API has been reached. */
export async function startWorker(config: WorkerConfig): Promise<Worker> {
  const log = createLog(config.logLevel, config.name);
  const { post, close: closeHttp } = createPost(config.apiUrl);
  const registration = registrationOf(config);
  const api = createWorkerApi({ post, adminSecret: config.adminSecret, registration });
  const presence = new Presence(api, log);
  const metrics = createMetrics(() => presence.connected);
  const jobs = new Set<RunningJob>();
  const readiness: Readiness = { ffmpeg: false };
  const health = await startHealthServer(
    healthArgs(config, readiness, { presence, jobs, metrics }),
  );
  const removed = await sweepScratch(config.workDir);
  if (removed.length > 0) log.info({ removed }, "leftover scratch folders removed");
  const tools = await prepareTools(config, log);
  readiness.ffmpeg = true;
  const settings = jobSettings(config, tools);
  const slots = new Slots(config.slots);
  const onLease = jobHandler({ api, settings, metrics, log }, jobs);
  const source = createSource(config, { api, slots, log, onLease }, metrics);
  void presence.register().then((registered) => {
    if (!registered) return;
    log.info({ classes: config.classes, slots: config.slots }, "registered; taking jobs");
    presence.start();
    source.start();
  });
  const graceMs = config.drainSeconds * 1000;
  const phases = shutdownPhases({ source, presence, jobs, health, closeHttp, graceMs });
  return { stop: () => runPhases(phases, log) };
}
