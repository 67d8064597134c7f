/** The only way of recorders to http and https: see src/proxy. */
import { pause } from "@framewright/runtime/clock.ts";
import { configOrExit } from "@framewright/runtime/env.ts";
import { createLogger } from "@framewright/runtime/log.ts";
import { createOpsServer, listen } from "@framewright/runtime/ops-server.ts";
import { runPhases, stopOnSignals } from "@framewright/runtime/shutdown.ts";
import { loadProxyEnv } from "./env.ts";
import { createEgressProxy } from "./src/proxy/egress-proxy.ts";
import { createProxyMetrics } from "./src/proxy/metrics.ts";

const unheardSeconds = 5;

const config = configOrExit(loadProxyEnv);
const log = createLogger({ level: config.logLevel, base: { service: "egress-proxy" } });
const metrics = createProxyMetrics();
const { policy, limits } = config;
const proxy = createEgressProxy({ policy, limits, log, onOutcome: metrics.count });
let isStopping = false;
const ops = createOpsServer({
  log,
  registry: metrics.registry,
  routes: {
    "/healthz": () => ({ status: 200, body: { status: "ok" } }),
    "/readyz": () => ({ status: isStopping ? 503 : 200, body: { stopping: isStopping } }),
  },
});
await listen(proxy, config.proxyPort);
await listen(ops, config.healthPort);
log.info({ port: config.proxyPort }, "listening");

/** Resolves when nobody is connected any more. */
function closed(): Promise<void> {
  return new Promise((resolve) => {
    proxy.close(() => {
      resolve();
    });
    proxy.closeIdleConnections();
  });
}

/** Who has not heard yet that this pod is going still asks here. */
async function turnAway(): Promise<void> {
  isStopping = true;
  await pause(unheardSeconds * 1000);
}

stopOnSignals(
  () =>
    runPhases(
      [
        { name: "turn away", limitMs: 2 * unheardSeconds * 1000, run: turnAway },
        { name: "connections", limitMs: config.drainSeconds * 1000, run: closed },
      ],
      log,
    ),
  log,
);
