import type * as pulumi from "@pulumi/pulumi";
import type { LogLevel } from "@framewright/contracts/log-level.ts";
import type { Resources } from "../../config/schema.ts";
import { namespaces, type Cluster } from "../../infra/cluster.ts";
import { Component } from "../../infra/component.ts";
import type { CostsEnv } from "../../objects/env.ts";
import type { App, Endpoint } from "../kit/app.ts";
import type { EnvFor } from "../kit/pods/env.ts";
import { grantIn, openToKubernetesApi, type Right } from "../kit/network/kubernetes-access.ts";
import { openEdge } from "../kit/network/network.ts";
import { narrowPodUpdates, podUpdatesSpec, sameLabels } from "../kit/pods/pod-updates.ts";
import { backendProbes, http } from "../kit/pods/probes.ts";
import { Workload } from "../kit/workloads/workload.ts";

const app: App = {
  name: "deletion-costs",
  namespace: namespaces.autoscaling,
  component: "autoscaling",
};
/** As ReplicaSets read it. */
const annotation = "controller.kubernetes.io/pod-deletion-cost";
const healthPort = 8080;

const resources: Resources = {
  requests: { cpu: "10m", memory: "80Mi" },
  limits: { cpu: "500m", memory: "192Mi" },
};

/** Kubernetes cannot narrow the right to change a pod; the policy below does. */
export const costRights: readonly Right[] = [
  { apiGroups: [""], resources: ["pods"], verbs: ["list", "patch"] },
];

function annotationsOf(object: string): string {
  const set = `${object}.metadata.annotations`;
  return `has(${object}.metadata.annotations) ? ${set}.map(k, k != '${annotation}', k + '=' + ${set}[k]) : []`;
}

/** Of its account, every change of a pod but that of the one annotation is refused; others are not asked about. */
export const costPolicySpec = podUpdatesSpec(app, {
  variables: [
    { name: "now", expression: annotationsOf("object") },
    { name: "before", expression: annotationsOf("oldObject") },
  ],
  validations: [
    { expression: sameLabels, message: "this account may not change labels" },
    {
      expression:
        "variables.now.all(one, one in variables.before) && variables.before.all(one, one in variables.now)",
      message: `this account may change no annotation but ${annotation}`,
    },
    {
      expression: `!has(object.metadata.annotations) || !('${annotation}' in object.metadata.annotations) || object.metadata.annotations['${annotation}'].matches('^[0-9]{1,9}$')`,
      message: `${annotation} is a number from 0`,
    },
  ],
});

export interface DeletionCostsArgs {
  readonly cluster: Pick<Cluster, "image" | "kubernetesApi">;
  readonly logLevel: LogLevel;
  /** Where the API says which workers have jobs. */
  readonly figures: Endpoint;
}

/** Has a ReplicaSet that loses pods lose those first that do nothing, and then those whose work is youngest. */
export class DeletionCosts extends Component {
  constructor(name: string, args: DeletionCostsArgs, opts: pulumi.ComponentResourceOptions) {
    super("services", "DeletionCosts", name, opts);
    const { cluster, logLevel, figures } = args;
    const namespace = namespaces.workers;
    openToKubernetesApi(name, app, cluster, this);
    openEdge(`${name}-to-api`, { from: app, to: figures }, { parent: this });
    const rights = { app, namespaces: [namespace], rights: costRights };
    grantIn(name, { ...rights, after: narrowPodUpdates(name, app, costPolicySpec, this) }, this);
    const env = {
      HEALTH_PORT: healthPort,
      NAMESPACE: namespace,
      BUSY_WORKERS_URL: `http://${figures.host}:${figures.port}/scaling/busy-workers`,
      LOG_LEVEL: logLevel,
    } satisfies EnvFor<CostsEnv>;
    new Workload(
      `${name}-pods`,
      {
        app,
        replicas: 1,
        pod: {
          image: cluster.image("objects"),
          args: ["objects/deletion-costs/main.ts"],
          ports: { health: healthPort },
          env,
          probes: backendProbes((timing) => http("/healthz", "health", timing), 60),
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
