/** The only way of recorders to http and https: see src/proxy. */
import { EnvError } from "@framewright/runtime/env.ts";
import { createLogger } from "@framewright/runtime/log.ts";
import { createOpsServer, listen } from "@framewright/runtime/ops-server.ts";
import { stopOnSignals } from "@framewright/runtime/shutdown.ts";
import { loadProxyEnv, type ProxyConfig } from "./env.ts";
import { createEgressProxy } from "./src/proxy/egress-proxy.ts";
import { createProxyMetrics } from "./src/proxy/metrics.ts";

/** Only the problems of a broken environment, without a stack: whoever deploys has to mend them. */
function readConfig(): ProxyConfig {
  try {
    return loadProxyEnv();
  } catch (error) {
    if (!(error instanceof EnvError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  }
}

const config = readConfig();
const log = createLogger({ level: config.logLevel, base: { service: "egress-proxy" } });
const metrics = createProxyMetrics();
const { policy, limits } = config;
const proxy = createEgressProxy({ policy, limits, log, onOutcome: metrics.count });
const ops = createOpsServer({
  log,
  registry: metrics.registry,
  routes: { "/healthz": () => ({ status: 200, body: { ok: true } }) },
});
await listen(proxy, config.proxyPort);
await listen(ops, config.healthPort);
log.info({ port: config.proxyPort }, "listening");

stopOnSignals(async () => {
  ops.close();
  ops.closeAllConnections();
  // Tunnels go on until their recordings end, or the pod's time is over.
  await new Promise<void>((resolve) => {
    proxy.close(() => {
      resolve();
    });
  });
}, log);
