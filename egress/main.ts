import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { EnvError } from "@framewright/runtime/env.ts";
import { createLogger } from "@framewright/runtime/log.ts";
import { createOpsServer, listen } from "@framewright/runtime/ops-server.ts";
import { runPhases, stopOnSignals } from "@framewright/runtime/shutdown.ts";
import { loadEgressEnv, readSecrets } from "./env.ts";
import { Controller } from "./src/controller/controller.ts";
import { createMetrics } from "./src/controller/metrics.ts";
import { createRecorderApi } from "./src/recorder-api.ts";

function fail(error: unknown): never {
  console.error(error instanceof EnvError ? error.message : error);
  process.exit(1);
}

async function run(): Promise<void> {
  const config = loadEgressEnv();
  const ticket = (await readFile(config.recorderTicketFile, "utf8")).trim();
  const log = createLogger({
    level: config.logLevel,
    base: { service: "egress", recorder: config.podName },
    secrets: [...readSecrets(), ticket],
  });
  const metrics = createMetrics();
  const api = createRecorderApi({ url: config.workerApiUrl, name: config.podName, ticket });
  const program = join(import.meta.dirname, "recorder.ts");
  const controller = new Controller({ config, api, ticket, program, log, metrics });
  let isStopping = false;
  const ops = createOpsServer({
    log,
    registry: metrics.registry,
    routes: {
      "/healthz": () => ({ status: 200, body: { status: "ok" } }),
      "/readyz": () => {
        const body = { slots: config.podWorkers, used: controller.used };
        return { status: isStopping ? 503 : 200, body };
      },
    },
  });
  await listen(ops, config.healthPort);
  await controller.start();
  log.info({ slots: config.podWorkers, sources: config.sourceKinds }, "taking recordings");
  const handOver = async (): Promise<void> => {
    isStopping = true;
    await controller.stop();
  };
  stopOnSignals(
    () =>
      runPhases(
        [
          { name: "hand over", limitMs: config.drainSeconds * 1000, run: handOver },
          { name: "close", limitMs: 2_000, run: api.close },
        ],
        log,
      ),
    log,
  );
}

process.on("unhandledRejection", fail);
process.on("uncaughtException", fail);
run().catch(fail);
