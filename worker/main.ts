import { EnvError, loadWorkerEnv } from "./env.ts";
import { startWorker, type Worker } from "./src/worker.ts";

function fail(error: unknown): never {
  console.error(error instanceof EnvError ? error.message : error);
  process.exit(1);
}

let worker: Worker | undefined;
let stopping = false;

function onSignal(): void {
  // A second signal: someone is in a hurry, and the kernel takes the encoders along.
  if (stopping) process.exit(1);
  stopping = true;
  if (worker === undefined) process.exit(0);
  worker.stop().then(() => process.exit(0), fail);
}

process.on("unhandledRejection", fail);
process.on("uncaughtException", fail);
process.on("SIGTERM", onSignal);
process.on("SIGINT", onSignal);

try {
  worker = await startWorker(loadWorkerEnv());
} catch (error) {
  fail(error);
}
