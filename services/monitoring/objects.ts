import type * as pulumi from "@pulumi/pulumi";
import type { LogLevel } from "@framewright/contracts/log-level.ts";
import type { Cluster, Resources } from "../../infra/cluster.ts";
import { Component } from "../../infra/component.ts";
import type { ObjectsEnv } from "../../objects/env.ts";
import type { EnvFor } from "../kit/env.ts";
import { grantIn, openToKubernetesApi, type Right } from "../kit/kubernetes-access.ts";
import { backendProbes, http } from "../kit/probes.ts";
import { scaling } from "../kit/scaling.ts";
import { Workload } from "../kit/workload.ts";
import { objectsApp as app, ports } from "./apps.ts";

export interface ObjectsArgs {
  readonly cluster: Cluster;
  readonly namespaces: readonly string[];
  readonly logLevel: LogLevel;
}

const resources: Resources = {
  requests: { cpu: "20m", memory: "96Mi" },
  limits: { cpu: "500m", memory: "256Mi" },
};

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

/** Tells Prometheus of the platform's own objects in Kubernetes, by the names of kube-state-metrics. */
export class Objects extends Component {
  constructor(name: string, args: ObjectsArgs, opts: pulumi.ComponentResourceOptions) {
    super("services", "Objects", name, opts);
    const { cluster, namespaces, logLevel } = args;
    openToKubernetesApi(name, app, cluster, this);
    grantIn(name, { app, namespaces, rights: listRights }, this);
    const env = {
      METRICS_PORT: ports.objects,
      NAMESPACES: namespaces.join(","),
      LOG_LEVEL: logLevel,
    } satisfies EnvFor<ObjectsEnv>;
    new Workload(
      `${name}-pods`,
      {
        app,
        replicas: { min: 1, max: 1 },
        scaling: scaling.webhooks,
        pod: {
          image: cluster.image("objects"),
          ports: { metrics: ports.objects },
          env,
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
