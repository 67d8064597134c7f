import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { EnvError } from "@framewright/runtime/env.ts";
import { createLogger } from "@framewright/runtime/log.ts";
import { createOpsServer, listen } from "@framewright/runtime/ops-server.ts";
import { runPhases, stopOnSignals } from "@framewright/runtime/shutdown.ts";
import { loadEgressEnv, readSecrets } from "./env.ts";
import { measureBy, untilCalibrated } from "./src/controller/calibrated.ts";
import { Controller } from "./src/controller/controller.ts";
import { createMetrics } from "./src/controller/metrics.ts";
import { createRecorderApi } from "./src/recorder-api.ts";

function fail(error: unknown): never {
  console.error(error instanceof EnvError ? error.message : error);
  process.exit(1);
}

const program = (name: string) => join(import.meta.dirname, name);

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
  const records = program("recorder.ts");
  const controller = new Controller({ config, api, ticket, program: records, log, metrics });
  const stopping = new AbortController();
  const ops = createOpsServer({
    log,
    registry: metrics.registry,
    routes: {
      "/healthz": () => ({ status: 200, body: { status: "ok" } }),
      "/readyz": () => {
        const body = { slots: config.podWorkers, used: controller.used };
        return { status: controller.isTaking ? 200 : 503, body };
      },
    },
  });
  await listen(ops, config.healthPort);
  const handOver = async (): Promise<void> => {
    stopping.abort();
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
  const { calibration, sourceKinds: sources } = config;
  const { signal } = stopping;
  const measure = measureBy(program("calibrate.ts"));
  const soundDelayMs = sources.includes("web")
    ? await untilCalibrated({ calibration, measure, log, metrics, signal })
    : 0;
  if (soundDelayMs === undefined) return;
  await controller.start(soundDelayMs);
  log.info({ slots: config.podWorkers, sources }, "taking recordings");
}

process.on("unhandledRejection", fail);
process.on("uncaughtException", fail);
run().catch(fail);
