import { hostname } from "node:os";
import { configOrExit } from "@framewright/runtime/env.ts";
import { createLogger, redactText } from "@framewright/runtime/log.ts";
import { stopOnSignals } from "@framewright/runtime/shutdown.ts";
import { startTracing, stopTracing, traceFields } from "@framewright/runtime/tracing/tracing.ts";
import { readSecrets, readSenderEnv, SenderEnv } from "./env.ts";

const config = configOrExit(readSenderEnv);
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
