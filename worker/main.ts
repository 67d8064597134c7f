import { DocumentError } from "@framewright/runtime/documents.ts";
import { EnvError } from "@framewright/runtime/env.ts";
import { createLogger } from "@framewright/runtime/log.ts";
import { stopOnSignals } from "@framewright/runtime/shutdown.ts";
import { startTracing, stopTracing, traceFields } from "@framewright/runtime/tracing/tracing.ts";
import { loadWorkerEnv, readSecrets } from "./env.ts";
import { startWorker, type Worker } from "./src/worker.ts";

/** EX_NOPERM of sysexits.h: starting again does not help; the unit of systemd names it (docs/remote-workers.md). */
const refusedExit = 77;

function fail(error: unknown): never {
  const explained = error instanceof EnvError || error instanceof DocumentError;
  console.error(explained ? error.message : error);
  process.exit(1);
}

async function run(): Promise<void> {
  const config = loadWorkerEnv();
  let workerId: string | undefined;
  const log = createLogger({
    level: config.logLevel,
    base: { service: "worker", worker: config.workerName },
    current: () => ({ ...(workerId !== undefined && { workerId }), ...traceFields() }),
    secrets: readSecrets(),
  });
  await startTracing(config.tracing, () => ({
    service: "framewright-worker",
    instance: config.workerName,
    log,
    origin: new URL(config.workerApiUrl).origin,
  }));
  let worker: Worker | undefined;
  // A second signal exits at once; the kernel ends the encoders with their worker.
  stopOnSignals(() => (worker?.stop() ?? Promise.resolve()).then(stopTracing), log);
  worker = await startWorker(config, log, (id) => {
    workerId = id;
  });
  const departure = await worker.departed;
  await stopTracing();
  if (departure.why === "refused") {
    const { code, message } = departure.refusal;
    log.fatal({ code }, `stopped, since the worker API refuses this worker: ${message}`);
    process.exit(refusedExit);
  }
  log.info("drained, as the API asked; the worker ends");
  process.exit(0);
}

process.on("unhandledRejection", fail);
process.on("uncaughtException", fail);
run().catch(fail);
