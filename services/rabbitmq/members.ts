import type * as pulumi from "@pulumi/pulumi";
import { endpoint, type App } from "../kit/app.ts";
import { openEdge } from "../kit/network/network.ts";
import type { PodArgs } from "../kit/pods/pod.ts";
import { backendLiveness, tcp } from "../kit/pods/probes.ts";
import { podHost } from "../kit/workloads/stateful-workload.ts";

/** What a node of a broker with several has more than one that is alone. */

/** Seconds until a healthy node's clients get in: it waits for another of its cluster, and reads its queues. */
export const startSeconds = 300;

/** Where nodes look up each other's ports, and where they talk. */
const ports = { epmd: 4369, members: 25672 };

function nodeName(app: App, pod: string): string {
  return `rabbit@${podHost(app, pod)}`;
}

/**
 * Members are known by their names, so that nothing has to be asked who they are. A node that is new begins only when it
 * reaches another one, and rather restarts than begins alone: two clusters would not become one by themselves.
 * https://www.rabbitmq.com/docs/cluster-formation
 */
export function clusterSettings(names: readonly string[]): string {
  return [
    "cluster_name = framewright",
    "cluster_formation.peer_discovery_backend = classic_config",
    ...names.map((name, at) => `cluster_formation.classic_config.nodes.${at + 1} = ${name}`),
    `cluster_formation.target_cluster_size_hint = ${names.length}`,
    "cluster_formation.discovery_retry_interval = 1000",
    `cluster_formation.discovery_retry_limit = ${2 * startSeconds}`,
    // The side with fewer nodes stops until it sees the others again: both would go on by themselves otherwise.
    "cluster_partition_handling = pause_minority",
    // A queue that was declared while nodes were missing gets its members when they are there.
    "quorum_queue.continuous_membership_reconciliation.enabled = true",
    `quorum_queue.continuous_membership_reconciliation.target_group_size = ${names.length}`,
    "quorum_queue.continuous_membership_reconciliation.interval = 60000",
    "",
  ].join("\n");
}

export function memberPart(app: App, replicas: number) {
  const names = Array.from({ length: replicas }, (_, at) => nodeName(app, `${app.name}-${at}`));
  return {
    ports,
    env: {
      POD_NAME: { field: "metadata.name" },
      RABBITMQ_NODENAME: nodeName(app, "$(POD_NAME)"),
      // For the command-line tools too.
      RABBITMQ_USE_LONGNAME: "true",
    },
    files: { "/etc/rabbitmq/conf.d/cluster.conf": clusterSettings(names) },
    // A node that is cut off closes all listeners but this one, and must not be restarted for it.
    probes: { liveness: tcp("members", backendLiveness) },
  } satisfies { readonly probes: Partial<PodArgs["probes"]> } & Partial<Omit<PodArgs, "probes">>;
}

export function openToMembers(name: string, app: App, parent: pulumi.Resource): void {
  for (const [what, port] of Object.entries(ports)) {
    openEdge(`${name}-to-${what}`, { from: app, to: endpoint(app, port) }, { parent });
  }
}
