import { hostname } from "node:os";
import { configOrExit } from "@framewright/runtime/env.ts";
import { createLogger, redactText } from "@framewright/runtime/log.ts";
import { stopOnSignals } from "@framewright/runtime/shutdown.ts";
import { startTracing, stopTracing, traceFields } from "@framewright/runtime/tracing/tracing.ts";
import { ApiEnv, readApiEnv, readSecrets } from "./env.ts";

const config = configOrExit(readApiEnv);
const log = createLogger({
  level: config.logLevel,
  base: { service: "api" },
  secrets: readSecrets(ApiEnv),
  ...(config.tracing && { current: traceFields }),
});
await startTracing(config.tracing, () => ({
  service: "framewright-api",
  instance: hostname(),
  log,
  broker: true,
}));
// After that: traces change libraries while they are loaded.
const { startApi } = await import("./start.ts");

const running = await startApi(config, log).catch((error: unknown) => {
  log.fatal({ reason: redactText(String(error)) }, "not started");
  process.exit(1);
});
log.info({ port: config.port, workerPort: config.workerPort }, "listening");

stopOnSignals(() => running.stop().then(stopTracing), log);
