import type * as pulumi from "@pulumi/pulumi";
import type { LogsSection } from "../../config/schema.ts";
import { parseQuantity } from "../../config/units.ts";
import type { Cluster } from "../../infra/cluster.ts";
import { Component } from "../../infra/component.ts";
import { backendProbes, http } from "../kit/pods/probes.ts";
import { StatefulWorkload } from "../kit/workloads/stateful-workload.ts";
import { storeApp as app, storeEndpoint } from "./apps.ts";

export interface VictoriaLogsArgs {
  readonly cluster: Cluster;
  readonly section: LogsSection;
}

/** A full volume stops it, so that the oldest days go before that: the rest is for what it merges. */
const usableShare = 0.85;

/** The program's arguments: what it keeps for how long, and how much of it. */
export function storeArguments({
  retentionDays,
  storage,
}: Pick<LogsSection, "retentionDays" | "storage">): string[] {
  return [
    "-storageDataPath=/data",
    `-httpListenAddr=:${storeEndpoint.port}`,
    `-retentionPeriod=${retentionDays}d`,
    `-retention.maxDiskSpaceUsageBytes=${Math.floor(parseQuantity(storage) * usableShare)}`,
    "-loggerFormat=json",
    // Lines that come late, as after a node was cut off, are still of use; those of the future are a wrong clock.
    "-futureRetention=1h",
  ];
}

const probes = backendProbes((timing) => http("/health", "http", timing), 120);

/** Keeps the lines of all pods, and finds them by any field. One pod: what it misses while it restarts, the agents keep. */
export class VictoriaLogs extends Component {
  constructor(name: string, args: VictoriaLogsArgs, opts: pulumi.ComponentResourceOptions) {
    super("services", "VictoriaLogs", name, opts);
    const { cluster, section } = args;
    new StatefulWorkload(
      `${name}-server`,
      {
        app,
        cluster,
        replicas: 1,
        storage: section.storage,
        pod: {
          image: cluster.image("victoria-logs"),
          args: storeArguments(section),
          ports: { http: storeEndpoint.port },
          env: {},
          dataDirectory: "/data",
          probes,
          resources: section.resources,
          priority: "platform-critical",
          graceSeconds: 60,
        },
      },
      { parent: this },
    );
    this.registerOutputs({});
  }
}
