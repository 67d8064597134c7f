import { isIP } from "node:net";
import * as pulumi from "@pulumi/pulumi";
import type { Cluster, Resources } from "../../infra/cluster.ts";
import { Component } from "../../infra/component.ts";
import type { App, Endpoint } from "../kit/app.ts";
import { secret } from "../kit/pods/env.ts";
import { authoritiesOf } from "../kit/tls/inside-tls.ts";
import { openWay, type Destination } from "../kit/network/network.ts";
import { backendProbes, http } from "../kit/pods/probes.ts";
import type { PodArgs } from "../kit/pods/pod.ts";
import { isStored, secretText, type SecretText } from "../kit/secrets/secret-text.ts";
import { Workload } from "../kit/workloads/workload.ts";
import { ports, postgresExporterApp, redisExporterApp } from "./apps.ts";

export interface ExportersArgs {
  readonly cluster: Pick<Cluster, "image">;
  readonly database: MonitoredDatabase;
  readonly cache: {
    readonly endpoint: Endpoint;
    readonly url: SecretText;
    readonly ca?: pulumi.Output<string> | undefined;
  };
}

/** With a role that reads figures of the server, and no row of ours. */
export interface MonitoredDatabase {
  readonly endpoint: Destination;
  readonly metricsUrl: SecretText;
  readonly ca?: pulumi.Output<string> | undefined;
}

const resources: Resources = {
  requests: { cpu: "10m", memory: "32Mi" },
  limits: { cpu: "200m", memory: "128Mi" },
};
const caFile = "/etc/framewright/database-ca.pem";

/** lib/pq encrypts unless it is told not to. Where the host is an address, the authority is the server's own, and it is the name. */
function sourceOptions(encrypted: boolean, hasName: boolean): Readonly<Record<string, string>> {
  if (!encrypted) return { sslmode: "disable" };
  return { sslmode: hasName ? "verify-full" : "verify-ca", sslrootcert: caFile };
}

export function dataSource(url: string, encrypted: boolean): string {
  const source = new URL(url);
  const hasName = isIP(source.hostname) === 0;
  for (const [key, value] of Object.entries(sourceOptions(encrypted, hasName))) {
    source.searchParams.set(key, value);
  }
  return source.href;
}

/** A URL that is put together in the cluster is of our own database, and has no options yet. */
function sourceOf({ metricsUrl, ca }: MonitoredDatabase): SecretText {
  const encrypted = ca !== undefined;
  if (isStored(metricsUrl)) {
    return secretText`${metricsUrl}?${new URLSearchParams(sourceOptions(encrypted, true)).toString()}`;
  }
  return pulumi.output(metricsUrl).apply((url) => dataSource(url, encrypted));
}

interface Exporter {
  readonly app: App;
  readonly of: Destination;
  readonly pod: Pick<PodArgs, "args" | "ports" | "env" | "files" | "probes">;
}

function postgresExporter({ database }: ExportersArgs): Exporter {
  const { endpoint, ca } = database;
  return {
    app: postgresExporterApp,
    of: endpoint,
    pod: {
      args: ["prometheus-postgres-exporter"],
      ports: { metrics: ports.postgresExporter },
      env: { DATA_SOURCE_NAME: secret(sourceOf(database)) },
      ...(ca && { files: { [caFile]: ca } }),
      // Not /metrics, which asks the database.
      probes: backendProbes((timing) => http("/", "metrics", timing), 60),
    },
  };
}

function redisExporter({ cache }: ExportersArgs): Exporter {
  const { path, files } = authoritiesOf("cache", cache.ca);
  return {
    app: redisExporterApp,
    of: cache.endpoint,
    pod: {
      args: ["prometheus-redis-exporter"],
      ports: { metrics: ports.redisExporter },
      env: { REDIS_ADDR: secret(cache.url), REDIS_EXPORTER_TLS_CA_CERT_FILE: path },
      ...(files && { files }),
      probes: backendProbes((timing) => http("/health", "metrics", timing), 60),
    },
  };
}

/** What speaks for servers that don't serve Prometheus themselves: a pod for each, with the rights for that alone. */
export class Exporters extends Component {
  constructor(name: string, args: ExportersArgs, opts: pulumi.ComponentResourceOptions) {
    super("services", "Exporters", name, opts);
    for (const { app, of, pod } of [postgresExporter(args), redisExporter(args)]) {
      const part = `${name}-${app.name}`;
      openWay(`${part}-to-server`, { from: app, to: of }, { parent: this });
      new Workload(
        part,
        {
          app,
          replicas: 1,
          pod: {
            image: args.cluster.image("exporters"),
            ...pod,
            resources,
            priority: "platform-critical",
            graceSeconds: 30,
          },
        },
        { parent: this },
      );
    }
    this.registerOutputs({});
  }
}
