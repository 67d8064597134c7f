import { Counter, Registry } from "prom-client";
import type { Outcome } from "./egress-proxy.ts";

export interface ProxyMetrics {
  readonly registry: Registry;
  readonly count: (outcome: Outcome, bytes: number) => void;
}

export function createProxyMetrics(): ProxyMetrics {
  const registry = new Registry();
  const requests = new Counter({
    name: "framewright_egress_proxy_requests_total",
    help: "Requests of recorders, by what became of them",
    labelNames: ["outcome"] as const,
    registers: [registry],
  });
  const bytes = new Counter({
    name: "framewright_egress_proxy_bytes_total",
    help: "Bytes that were passed on",
    registers: [registry],
  });
  return {
    registry,
    count: (outcome, passed) => {
      requests.inc({ outcome });
      bytes.inc(passed);
    },
  };
}
