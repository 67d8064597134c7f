import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import {
  cpuWorkerNodes,
  gpuResource,
  modelNamespaces,
  namespaces,
  type Cluster,
  type Resources,
} from "../../infra/cluster.ts";
import { Component } from "../../infra/component.ts";
import { metadata, selectorLabels } from "../kit/app.ts";
import { grantEverywhere, openToKubernetesApi } from "../kit/network/kubernetes-access.ts";
import { openEdge } from "../kit/network/network.ts";
import { podWithSecrets } from "../kit/pods/pod-parts.ts";
import type { PodArgs } from "../kit/pods/pod.ts";
import { backendProbes, http } from "../kit/pods/probes.ts";
import { agentApp as app, agentPort, storeEndpoint } from "./apps.ts";

export interface LogAgentArgs {
  readonly cluster: Cluster;
}

const resources: Resources = {
  requests: { cpu: "20m", memory: "48Mi" },
  limits: { cpu: "500m", memory: "128Mi" },
};

/** Where it keeps what it has read, and what it could not send yet. */
const stateFolder = "/state";
const stateSize = "1Gi";

/** Namespaces whose lines are kept: ours, but for its own, whose complaint about a line would be the next line. */
const read: readonly string[] = [
  ...Object.values(namespaces).filter((namespace) => namespace !== app.namespace),
  ...Object.values(modelNamespaces),
];

export function agentArguments(): string[] {
  const ours = read.map((namespace) => `"${namespace}"`).join(",");
  return [
    "-kubernetesCollector",
    `-kubernetesCollector.excludeFilter=!kubernetes.pod_namespace:in(${ours})`,
    "-kubernetesCollector.includePodLabels=false",
    `-remoteWrite.url=http://${storeEndpoint.host}:${storeEndpoint.port}/internal/insert`,
    // Lines that cannot be sent are kept so far, then the oldest go.
    "-remoteWrite.maxDiskUsagePerURL=800MiB",
    `-tmpDataPath=${stateFolder}`,
    `-httpListenAddr=:${agentPort}`,
    "-loggerFormat=json",
  ];
}

/** It asks for the pods of its own node, which Kubernetes knows by no other right than to list all. */
const rights = [
  { apiGroups: [""], resources: ["pods"], verbs: ["get", "list", "watch"] },
  { apiGroups: [""], resources: ["nodes"], verbs: ["get"] },
  { apiGroups: [""], resources: ["namespaces"], verbs: ["list"] },
];

function podOf({ cluster }: LogAgentArgs): PodArgs {
  return {
    image: cluster.image("vlagent"),
    args: agentArguments(),
    ports: { http: agentPort },
    env: {},
    scratch: { [stateFolder]: stateSize },
    // /var/log/containers has links to /var/log/pods, where the files are.
    nodeFolders: ["/var/log/containers", "/var/log/pods"],
    // On every node: what keeps other pods away is a taint by the name of the GPU, or of the pool.
    nodes: { labels: {}, tolerates: [gpuResource, ...cpuWorkerNodes.taints] },
    probes: backendProbes((timing) => http("/health", "http", timing), 60),
    resources,
    priority: "platform-critical",
    graceSeconds: 30,
    token: true,
  };
}

/** Reads the logs of the platform's pods on each node and sends them to VictoriaLogs. */
export class LogAgent extends Component {
  constructor(name: string, args: LogAgentArgs, opts: pulumi.ComponentResourceOptions) {
    super("services", "LogAgent", name, opts);
    const inside = { parent: this };
    openEdge(`${name}-to-victoria-logs`, { from: app, to: storeEndpoint }, inside);
    openToKubernetesApi(name, app, args.cluster, this);
    const granted = grantEverywhere(name, { app, rights }, this);
    const { template, parts } = podWithSecrets(name, app, podOf(args), this);
    new k8s.apps.v1.DaemonSet(
      `${name}-set`,
      {
        metadata: metadata(app),
        spec: {
          selector: { matchLabels: selectorLabels(app) },
          updateStrategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: "10%" } },
          template,
        },
      },
      { ...inside, dependsOn: [...parts, ...granted] },
    );
    this.registerOutputs({});
  }
}
