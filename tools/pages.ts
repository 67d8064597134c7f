/** A page of something that runs in the cluster, which `npm run ui` brings to the machine's loopback on the same port. */
export interface Page {
  readonly namespace: string;
  readonly service: string;
  readonly port: number;
  readonly what: string;
}

export const pages = {
  prometheus: {
    namespace: "framewright-ops",
    service: "prometheus",
    port: 9090,
    what: "metrics, alerts, rules",
  },
  "victoria-logs": {
    namespace: "framewright-ops",
    service: "victoria-logs",
    port: 9428,
    what: "logs of all pods, at /select/vmui/",
  },
  jaeger: {
    namespace: "framewright-ops",
    service: "jaeger",
    port: 16686,
    what: "traces: its API, and a page where the image is upstream's",
  },
  alertmanager: {
    namespace: "framewright-ops",
    service: "alertmanager",
    port: 9093,
    what: "its API alone: Debian's has no page",
  },
} as const satisfies Record<string, Page>;
