import { parseQuantity } from "../../config/units.ts";
import type { TracingSection } from "../../config/schema.ts";

/** Of the pod and of its Service. */
export const ports = { otlp: 4318, query: 16686, health: 13133 } as const;

type ConfigOf = Pick<TracingSection, "keepDays" | "forward" | "resources">;

function headersOf(forward: NonNullable<TracingSection["forward"]>): Record<string, string> {
  return Object.fromEntries(forward.headers.map(({ name, value }) => [name, value]));
}

/** What goes out beside the store; it waits in memory while the endpoint is away, and spans are dropped when that is full. */
function forwarders(forward: TracingSection["forward"]): Record<string, unknown> {
  return forward === undefined
    ? {}
    : { otlphttp: { endpoint: forward.url, headers: headersOf(forward) } };
}

const everywhere = (port: number) => `0.0.0.0:${port}`;

/**
 * Jaeger 2 is an OpenTelemetry collector with a store and a query API
 * (https://www.jaegertracing.io/docs/2.13/deployment/configuration/). Its store here is badger, a database in files.
 */
export function jaegerConfig({ keepDays, forward, resources }: ConfigOf): Record<string, unknown> {
  const memoryMiB = Math.floor(parseQuantity(resources.limits.memory) / 1024 ** 2);
  const further = forwarders(forward);
  return {
    service: {
      extensions: ["jaeger_storage", "jaeger_query", "healthcheckv2"],
      pipelines: {
        traces: {
          receivers: ["otlp"],
          processors: ["memory_limiter", "batch"],
          exporters: ["jaeger_storage_exporter", ...Object.keys(further)],
        },
      },
      telemetry: { metrics: { level: "none" }, logs: { level: "info", encoding: "json" } },
    },
    extensions: {
      healthcheckv2: { use_v2: true, http: { endpoint: everywhere(ports.health) } },
      jaeger_query: {
        storage: { traces: "badger" },
        http: { endpoint: everywhere(ports.query) },
        grpc: { endpoint: "127.0.0.1:16685" },
      },
      jaeger_storage: {
        backends: {
          badger: {
            badger: {
              directories: { keys: "/data/keys", values: "/data/values" },
              ephemeral: false,
              ttl: { spans: `${keepDays * 24}h` },
            },
          },
        },
      },
    },
    receivers: { otlp: { protocols: { http: { endpoint: everywhere(ports.otlp) } } } },
    processors: {
      // It refuses spans in time, before the kernel ends the pod.
      memory_limiter: {
        check_interval: "1s",
        limit_mib: Math.floor(memoryMiB * 0.8),
        spike_limit_mib: Math.floor(memoryMiB * 0.2),
      },
      batch: {},
    },
    exporters: { jaeger_storage_exporter: { trace_storage: "badger" }, ...further },
  };
}
