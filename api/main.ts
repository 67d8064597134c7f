import { readApiEnv, type ApiConfig } from "./env.ts";
import { createLogger, redactText } from "./logger.ts";
import { startApi } from "./start.ts";

/** The problems of a broken environment, and no stack: it is nobody's bug. */
function readConfig(): ApiConfig {
  try {
    return readApiEnv();
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : "broken environment"}\n`);
    process.exit(1);
  }
}

const config = readConfig();
const log = createLogger(config.logLevel);

const running = await startApi(config, log).catch((error: unknown) => {
  log.fatal({ reason: redactText(String(error)) }, "not started");
  process.exit(1);
});
log.info({ port: config.port, workerPort: config.workerPort }, "listening");

let stopping = false;
async function stop(signal: NodeJS.Signals): Promise<void> {
  if (stopping) {
    log.warn({ signal }, "second signal: leaving at once");
    process.exit(1);
  }
  stopping = true;
  log.info({ signal }, "stopping");
  await running.stop();
  log.info("stopped");
  process.exit(0);
}

for (const signal of ["SIGTERM", "SIGINT"] as const) {
  process.on(signal, () => void stop(signal));
}
