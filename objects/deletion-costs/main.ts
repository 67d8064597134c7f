import { Registry } from "prom-client";
import { Value } from "typebox/value";
import { BusyWorkers } from "@framewright/contracts/busy-workers.ts";
import { pause } from "@framewright/runtime/clock.ts";
import { configOrExit } from "@framewright/runtime/env.ts";
import { createLogger } from "@framewright/runtime/log.ts";
import { createOpsServer, listen } from "@framewright/runtime/ops-server.ts";
import { stopOnSignals } from "@framewright/runtime/shutdown.ts";
import { readCostsEnv } from "../env.ts";
import { Kubernetes } from "../kubernetes.ts";
import { keepCosts } from "./keeper.ts";

const timeoutMs = 5_000;

const config = configOrExit(readCostsEnv);
const log = createLogger({ level: config.logLevel, base: { service: "deletion-costs" } });
const kubernetes = await Kubernetes.connect({
  url: config.kubernetesUrl,
  tokenFile: config.tokenFile,
  caFile: config.caFile,
});

async function busyWorkers(): Promise<BusyWorkers> {
  const response = await fetch(config.busyWorkersUrl, { signal: AbortSignal.timeout(timeoutMs) });
  if (response.ok) return Value.Parse(BusyWorkers, await response.json());
  throw new Error(`${config.busyWorkersUrl} answered ${response.status}`);
}

let fails = false;

async function pass(): Promise<void> {
  try {
    const { namespace } = config;
    const done = await keepCosts({ kubernetes, namespace, busyWorkers });
    if (fails) log.info(done, "costs are kept again");
    else if (done.changed > 0) log.debug(done, "costs changed");
    fails = false;
  } catch (err) {
    // Once, and not every two seconds for as long as something is away.
    if (!fails) log.warn({ err }, "costs stay as they are until the next look");
    fails = true;
  }
}

const server = createOpsServer({
  log,
  registry: new Registry(),
  // Not whether others answer: a restart would mend nothing.
  routes: { "/healthz": () => ({ status: 200, body: { ok: true } }) },
});
await listen(server, config.healthPort);
log.info({ port: config.healthPort, namespace: config.namespace }, "listening");

const stopping = new AbortController();
const ended = (async () => {
  while (!stopping.signal.aborted) {
    await pass();
    await pause(config.periodSeconds * 1000, stopping.signal);
  }
})();

stopOnSignals(async () => {
  stopping.abort();
  await ended;
  server.closeAllConnections();
  await new Promise<void>((resolve) => {
    server.close(() => {
      resolve();
    });
  });
}, log);
