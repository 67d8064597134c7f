import { readFile } from "node:fs/promises";
import type { Server } from "node:http";
import { dubScriptFeature, lipSyncFeature } from "@framewright/contracts/dub.ts";
import { editFeatures } from "@framewright/contracts/edit.ts";
import { inputKinds } from "@framewright/contracts/job-input.ts";
import { features } from "@framewright/contracts/job-kinds.ts";
import { urlFileFeature } from "@framewright/contracts/media-input.ts";
import { codecFeatures, type VideoCodec } from "@framewright/contracts/profile.ts";
import type { Lease, RegisterRequest } from "@framewright/contracts/worker-api.ts";
import type { Logger } from "@framewright/runtime/log.ts";
import { createOpsServer, listen, type OpsOptions } from "@framewright/runtime/ops-server.ts";
import { runPhases, type Phase } from "@framewright/runtime/shutdown.ts";
import { version } from "@framewright/runtime/version.ts";
import type { WorkerConfig } from "../env.ts";
import { createBrokerSource } from "./agent/broker-source.ts";
import { drainJobs } from "./job/drain.ts";
import { Connection } from "./agent/connection.ts";
import { createPost } from "./agent/http.ts";
import { keyFileAt } from "./agent/key-file.ts";
import { createPollSource } from "./agent/poll-source.ts";
import { Presence } from "./agent/presence.ts";
import { Slots } from "./agent/slots.ts";
import type { WorkSource, WorkSourceArgs } from "./agent/work-source.ts";
import { createWorkerApi } from "./agent/worker-api.ts";
import { makeResult } from "./job/kinds.ts";
import { startJob, type JobRunnerArgs, type RunningJob } from "./job/run-job.ts";
import { encoders } from "@framewright/media/encoders/index.ts";
import { Leaving, type Departure } from "./leaving.ts";
import { createGpuFigures } from "./ops/gpu-figures.ts";
import { createMetrics, type Metrics } from "./ops/metrics.ts";
import { nvidiaSmi } from "./ops/nvidia-smi.ts";
import { sweepScratch } from "./ops/scratch.ts";
import { createLadder, jobSettings, prepareTools } from "./startup.ts";

export interface Worker {
  /** Drains and closes; resolves when nothing is left running. */
  readonly stop: () => Promise<void>;
  /** Resolves when the worker has ended by itself: nothing is left running then. */
  readonly departed: Promise<Departure>;
}

function registrationOf(
  config: WorkerConfig,
  { codecs, drawsText }: Pick<Readiness, "codecs" | "drawsText">,
): RegisterRequest {
  const { codecs: rows } = encoders[config.workerAccel];
  const can: Readonly<Record<string, boolean>> = {
    [editFeatures.subtitles]: drawsText,
    [editFeatures.dub]: config.models !== undefined,
    [dubScriptFeature]: config.models !== undefined,
    [lipSyncFeature]: config.models?.lipSync !== undefined,
  };
  return {
    workerName: config.workerName,
    accel: config.workerAccel,
    classes: [...config.classes],
    encoders: codecs.map((codec) => rows[codec].name),
    inputs: config.urlInput ? [...inputKinds] : ["upload"],
    features: [
      ...features.filter((feature) => can[feature] ?? true),
      ...codecFeatures(codecs),
      ...(config.urlInput ? [urlFileFeature] : []),
    ],
    store: config.store,
    version,
  };
}

function registrarOf(registrar: WorkerConfig["registrar"]): (() => Promise<string>) | undefined {
  if (registrar === undefined) return undefined;
  if ("adminSecret" in registrar) return () => Promise.resolve(registrar.adminSecret);
  if ("token" in registrar) return () => Promise.resolve(registrar.token);
  return async () => (await readFile(registrar.ticketFile, "utf8")).trim();
}

function createSource(config: WorkerConfig, args: WorkSourceArgs, metrics: Metrics): WorkSource {
  if (config.amqpUrl === undefined) return createPollSource(args);
  const onConnected = (connected: boolean): void => {
    metrics.brokerConnected.set(connected ? 1 : 0);
  };
  const { amqpUrl: url, amqpCaFile: caFile, classes } = config;
  return createBrokerSource({ ...args, url, caFile, classes, onConnected });
}

/** Keeps the set of running jobs, for the drain; what was claimed while the stop signal came goes back at once. */
function jobHandler(
  args: JobRunnerArgs,
  { jobs, stopping }: Pick<Parts, "stopping"> & { readonly jobs: Set<RunningJob> },
): WorkSourceArgs["onLease"] {
  return async (lease: Lease) => {
    const job = startJob(args, lease);
    jobs.add(job);
    if (stopping.signal.aborted) job.keeper.stopFor("draining");
    await job.done;
    jobs.delete(job);
  };
}

interface Parts {
  readonly source: WorkSource;
  readonly presence: Presence;
  readonly connection: Connection;
  readonly jobs: ReadonlySet<RunningJob>;
  readonly health: Server;
  readonly closeHttp: () => Promise<void>;
  readonly graceMs: number;
  /** Fires when the worker has been told to stop. */
  readonly stopping: AbortController;
}

/**
 * Handing back comes first: a node that is taken back may leave a few seconds, and neither the broker nor the API's list
 * of workers is worth one of them. Of a job that was not handed back the lease has to run out.
 */
function shutdownPhases(parts: Parts): Phase[] {
  const { source, presence, connection, jobs, health, closeHttp, graceMs, stopping } = parts;
  let drained: Promise<void> = Promise.resolve();
  const stop = async (): Promise<void> => {
    stopping.abort();
    drained = drainJobs(jobs, graceMs);
    await source.stop();
  };
  const close = async (): Promise<void> => {
    await Promise.all([presence.end(), connection.end()]);
    await closeHttp();
    health.close();
    health.closeAllConnections();
  };
  return [
    { name: "stop taking jobs", limitMs: 5000, run: stop },
    { name: "announce", limitMs: 2000, run: () => presence.announceDrain() },
    { name: "drain jobs", limitMs: graceMs + 5000, run: () => drained },
    { name: "close the source", limitMs: 5000, run: source.close },
    { name: "close the rest", limitMs: 5000, run: close },
  ];
}

/** What was proven at the start. */
interface Readiness {
  ffmpeg: boolean;
  codecs: readonly VideoCodec[];
  drawsText: boolean;
}

/** The probes, and what the worker reports about itself. */
function opsRoutes(
  config: WorkerConfig,
  readiness: Readiness,
  { presence, jobs }: Pick<Parts, "presence" | "jobs">,
): OpsOptions["routes"] {
  return {
    "/health": () => ({ status: 200, body: { status: "healthy" } }),
    "/ready": () => {
      const checks = { ffmpeg: readiness.ffmpeg, api_connected: presence.connected };
      const all = Object.values(checks).every(Boolean);
      return { status: all ? 200 : 503, body: { status: all ? "ready" : "not ready", checks } };
    },
    "/": () => ({
      status: 200,
      body: {
        service: "framewright-worker",
        ...registrationOf(config, readiness),
        api_url: config.workerApiUrl,
        jobs: [...jobs].map(({ lease }) => lease.jobId),
      },
    }),
  };
}

interface ConnectArgs {
  readonly config: WorkerConfig;
  readonly log: Logger;
  readonly leaving: Leaving;
  /** What the worker is when it registers. */
  readonly registration: () => RegisterRequest;
  readonly onIdentified: ((workerId: string) => void) | undefined;
}

function connect({ config, log, leaving, ...identity }: ConnectArgs) {
  const { post, close } = createPost(config.workerApiUrl);
  const { workerKeyFile } = config;
  const api = createWorkerApi({
    post,
    registrar: registrarOf(config.registrar),
    ...identity,
    keyFile: workerKeyFile === undefined ? undefined : keyFileAt(workerKeyFile),
    onRefused: (refusal) => {
      leaving.refuse(refusal);
    },
  });
  const presence = new Presence({
    api,
    log,
    rotationMs: config.workerKeySeconds * 1000,
    onDrain: () => {
      leaving.drain();
    },
  });
  return { api, presence, closeHttp: close };
}

/** Reads what the driver says of the GPU whenever somebody asks for the figures. */
function gpuRefresh(
  { workerAccel, toolEnv }: WorkerConfig,
  { metrics, log }: { readonly metrics: Metrics; readonly log: Logger },
): OpsOptions["refresh"] {
  if (workerAccel !== "nvenc") return undefined;
  return createGpuFigures({ run: nvidiaSmi(toolEnv), metrics: metrics.gpu, log });
}

/**
 * Wires the parts together and starts them; takes jobs once the worker API has been reached.
 *
 * @param onIdentified is called with the worker's id when the API has given one
 */
export async function startWorker(
  config: WorkerConfig,
  log: Logger,
  onIdentified?: (workerId: string) => void,
): Promise<Worker> {
  const readiness: Readiness = { ffmpeg: false, codecs: [], drawsText: false };
  const registration = (): RegisterRequest => registrationOf(config, readiness);
  const leaving = new Leaving(log);
  const { api, presence, closeHttp } = connect({
    ...{ config, log, leaving, registration, onIdentified },
  });
  const connection = new Connection(api, log);
  const metrics = createMetrics(() => presence.connected);
  metrics.scratchLimit.set(config.workDirBytes ?? 0);
  const jobs = new Set<RunningJob>();
  const routes = opsRoutes(config, readiness, { presence, jobs });
  const refresh = gpuRefresh(config, { metrics, log });
  const health = createOpsServer({ log, registry: metrics.registry, routes, refresh });
  await listen(health, config.healthPort);
  const removed = await sweepScratch(config.workDir);
  if (removed.length > 0) log.info({ removed }, "leftover scratch folders removed");
  const { tools, fonts, ...proven } = await prepareTools(config, log, metrics);
  Object.assign(readiness, { ffmpeg: true, ...proven });
  const ladder = await createLadder(config, tools, { log, metrics });
  const settings = jobSettings(config, { tools, fonts, ladder });
  const slots = new Slots(config.workerSlots);
  const stopping = new AbortController();
  const runner = { api, settings, metrics, log, makeResult };
  const onLease = jobHandler(runner, { jobs, stopping });
  const source = createSource(config, { api, slots, log, onLease }, metrics);
  const graceMs = config.drainSeconds * 1000;
  const parts = { source, presence, connection, jobs, health, closeHttp, graceMs, stopping };
  const phases = shutdownPhases(parts);
  let stopped: Promise<void> | undefined;
  const stop = () => (stopped ??= runPhases(phases, log));
  leaving.begin(parts, stop);
  void presence.register().then((registered) => {
    if (!registered) return;
    log.info({ classes: config.classes, slots: config.workerSlots }, "registered; taking jobs");
    presence.start();
    connection.start();
    source.start();
  });
  return { stop, departed: leaving.departed };
}
