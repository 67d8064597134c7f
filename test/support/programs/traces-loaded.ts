import { registerHooks } from "node:module";

/** Loads the programs as they start, with traces on or off, and prints what of OpenTelemetry they load. */
const loaded = new Set<string>();
registerHooks({
  resolve(specifier, context, next) {
    // prom-client asks its interface for exemplars, traces or not.
    const isOurs = context.parentURL?.includes("/node_modules/prom-client/") !== true;
    if (isOurs && specifier.startsWith("@opentelemetry/")) loaded.add(specifier);
    return next(specifier, context);
  },
});

const { startTracing } = await import("../../../runtime/tracing/tracing.ts");
const { tracingOf } = await import("../../../runtime/tracing/settings.ts");
const endpoint = process.argv[2];
const settings = tracingOf({
  tracesEndpoint: endpoint,
  tracesHeaders: undefined,
  tracesJobRatio: "1",
  tracesRequestRatio: "0",
  tracesStatementMs: 5,
});
const log = (await import("../../../runtime/log.ts")).createLogger({ level: "silent", base: {} });
const service = { service: "tested", instance: "one", log };
await startTracing(settings, () => ({ ...service, broker: true }));
await import("../../../api/start.ts");
await import("../../../api/webhooks/start.ts");
await import("../../../worker/src/worker.ts");
process.stdout.write(JSON.stringify([...loaded].toSorted()));
process.exit(0);
