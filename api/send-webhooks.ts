import { createLogger, redactText } from "@framewright/runtime/log.ts";
import { stopOnSignals } from "@framewright/runtime/shutdown.ts";
import { readSecrets, readSenderEnv, SenderEnv, type SenderConfig } from "./env.ts";
import { startWebhookSender } from "./webhooks/start.ts";

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
});

const running = await startWebhookSender(config, log).catch((error: unknown) => {
  log.fatal({ reason: redactText(String(error)) }, "not started");
  process.exit(1);
});
log.info({ metricsPort: config.metricsPort }, "sending");

stopOnSignals(() => running.stop(), log);
