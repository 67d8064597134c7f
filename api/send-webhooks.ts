import { hostname } from "node:os";
import { createLogger, redactText } from "@framewright/runtime/log.ts";
import { stopOnSignals } from "@framewright/runtime/shutdown.ts";
import { startTracing, stopTracing, traceFields } from "@framewright/runtime/tracing/tracing.ts";
import { readSecrets, readSenderEnv, SenderEnv, type SenderConfig } from "./env.ts";

/** Only the problems of a broken environment, without a stack: whoever deploys has to mend them. */
function readConfig(): SenderConfig {
  try {
    return readSenderEnv();
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : "broken environment"}\n`);
    process.exit(1);
  }
}

const config = readConfig();
const log = createLogger({
  level: config.logLevel,
  base: { service: "webhooks" },
  secrets: readSecrets(SenderEnv),
  ...(config.tracing && { current: traceFields }),
});
await startTracing(config.tracing, () => ({
  service: "framewright-webhooks",
  instance: hostname(),
  log,
}));
// After that: traces change libraries while they are loaded.
const { startWebhookSender } = await import("./webhooks/start.ts");

const running = await startWebhookSender(config, log).catch((error: unknown) => {
  log.fatal({ reason: redactText(String(error)) }, "not started");
  process.exit(1);
});
log.info({ metricsPort: config.metricsPort }, "sending");

stopOnSignals(() => running.stop().then(stopTracing), log);
