import { createLogger, redactText } from "@framewright/runtime/log.ts";
import { stopOnSignals } from "@framewright/runtime/shutdown.ts";
import { ApiEnv, readApiEnv, readSecrets, type ApiConfig } from "./env.ts";
import { startApi } from "./start.ts";

/** Only the problems of a broken environment, without a stack: whoever deploys has to mend them. */
function readConfig(): ApiConfig {
  try {
    return readApiEnv();
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : "broken environment"}\n`);
    process.exit(1);
  }
}

const config = readConfig();
const log = createLogger({
  level: config.logLevel,
  base: { service: "api" },
  secrets: readSecrets(ApiEnv),
});

const running = await startApi(config, log).catch((error: unknown) => {
  log.fatal({ reason: redactText(String(error)) }, "not started");
  process.exit(1);
});
log.info({ port: config.port, workerPort: config.workerPort }, "listening");

stopOnSignals(() => running.stop(), log);
