import { configOrExit } from "@framewright/runtime/env.ts";
import { createLogger } from "@framewright/runtime/log.ts";
import { createOpsServer, listen } from "@framewright/runtime/ops-server.ts";
import { stopOnSignals } from "@framewright/runtime/shutdown.ts";
import { readObjectsEnv } from "./env.ts";
import { Exporter } from "./exporter.ts";
import { Kubernetes } from "./kubernetes.ts";

const config = configOrExit(readObjectsEnv);
const log = createLogger({ level: config.logLevel, base: { service: "objects" } });
const kubernetes = await Kubernetes.connect({
  url: config.kubernetesUrl,
  tokenFile: config.tokenFile,
  caFile: config.caFile,
});
const exporter = new Exporter(kubernetes, config.namespaces.split(","));
const server = createOpsServer({
  log,
  registry: exporter.registry,
  refresh: () => exporter.refresh(),
  // Not whether the Kubernetes API answers: a scrape tells, and a restart would mend nothing.
  routes: { "/healthz": () => ({ status: 200, body: { ok: true } }) },
});
await listen(server, config.metricsPort);
log.info({ port: config.metricsPort, namespaces: config.namespaces }, "listening");

stopOnSignals(async () => {
  server.closeAllConnections();
  await new Promise<void>((resolve) => {
    server.close(() => {
      resolve();
    });
  });
}, log);
