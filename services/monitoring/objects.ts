import type * as pulumi from "@pulumi/pulumi";
import type { MonitoringSection } from "../../config/schema.ts";
import type { LogLevel } from "@framewright/contracts/log-level.ts";
import type { Cluster, Resources } from "../../infra/cluster.ts";
import { Component } from "../../infra/component.ts";
import type { ObjectsEnv } from "../../objects/env.ts";
import type { EnvFor } from "../kit/pods/env.ts";
import type { PodArgs } from "../kit/pods/pod.ts";
import { grantIn, openToKubernetesApi, type Right } from "../kit/network/kubernetes-access.ts";
import { backendProbes, http } from "../kit/pods/probes.ts";
import { Workload } from "../kit/workloads/workload.ts";
import { objectsApp as app, ports } from "./apps.ts";

export interface ObjectsArgs {
  readonly cluster: Cluster;
  readonly source: MonitoringSection["objects"];
  readonly namespaces: readonly string[];
  readonly logLevel: LogLevel;
}

const resources: Resources = {
  requests: { cpu: "20m", memory: "96Mi" },
  limits: { cpu: "500m", memory: "256Mi" },
};

/** Newest of the line that knows Kubernetes 1.33 and later. */
const upstreamImage = "registry.k8s.io/kube-state-metrics/kube-state-metrics:v2.17.0";

/** Of exactly the kinds that are told of (objects/kinds.ts), and nothing but lists. */
export const listRights: readonly Right[] = [
  { apiGroups: [""], resources: ["pods", "persistentvolumeclaims"], verbs: ["list"] },
  {
    apiGroups: ["apps"],
    resources: ["deployments", "statefulsets", "daemonsets"],
    verbs: ["list"],
  },
  { apiGroups: ["batch"], resources: ["jobs", "cronjobs"], verbs: ["list"] },
  { apiGroups: ["autoscaling"], resources: ["horizontalpodautoscalers"], verbs: ["list"] },
];

type Source = Pick<PodArgs, "image" | "env"> & {
  readonly args?: PodArgs["args"];
  readonly rights: readonly Right[];
};

function ownSource({ cluster, namespaces, logLevel }: ObjectsArgs): Source {
  const env = {
    METRICS_PORT: ports.objects,
    NAMESPACES: namespaces.join(","),
    LOG_LEVEL: logLevel,
  } satisfies EnvFor<ObjectsEnv>;
  return { image: cluster.image("objects"), env, rights: listRights };
}

/** It keeps what it knows by watching, and looks at no namespace but these, where its account may. */
function upstreamSource({ namespaces }: ObjectsArgs): Source {
  const kinds = listRights.flatMap(({ resources: names }) => names);
  const args = [
    ...[`--port=${ports.objects}`, "--telemetry-port=8081"],
    ...[`--resources=${kinds.join(",")}`, `--namespaces=${namespaces.join(",")}`],
  ];
  const rights = listRights.map((right) => ({ ...right, verbs: ["list", "watch"] }));
  return { image: upstreamImage, args, env: {}, rights };
}

/** Tells Prometheus of the platform's own objects in Kubernetes, by the names of kube-state-metrics. */
export class Objects extends Component {
  constructor(name: string, args: ObjectsArgs, opts: pulumi.ComponentResourceOptions) {
    super("services", "Objects", name, opts);
    const { cluster, namespaces } = args;
    const isUpstream = cluster.pullsUpstream && args.source === "upstream";
    const { rights, ...program } = isUpstream ? upstreamSource(args) : ownSource(args);
    openToKubernetesApi(name, app, cluster, this);
    grantIn(name, { app, namespaces, rights }, this);
    new Workload(
      `${name}-pods`,
      {
        app,
        replicas: 1,
        pod: {
          ...program,
          ports: { metrics: ports.objects },
          probes: backendProbes((timing) => http("/healthz", "metrics", timing), 60),
          resources,
          priority: "platform-critical",
          graceSeconds: 30,
          token: true,
        },
      },
      { parent: this },
    );
    this.registerOutputs({});
  }
}
