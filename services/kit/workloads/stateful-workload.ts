import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { Cluster } from "../../../infra/cluster.ts";
import { Component } from "../../../infra/component.ts";
import { metadata, selectorLabels, type App } from "../app.ts";
import { limitDisruption, needsBudget } from "./budget.ts";
import { podWithSecrets } from "../pods/pod-parts.ts";
import type { PodArgs } from "../pods/pod.ts";
import { serviceSpec } from "./service.ts";

export interface StatefulWorkloadArgs {
  readonly app: App;
  readonly cluster: Pick<Cluster, "storageClass" | "retainVolumes">;
  readonly pod: PodArgs & Required<Pick<PodArgs, "dataDirectory" | "ports">>;
  readonly replicas: number;
  /** Size of each pod's volume. */
  readonly storage: string;
  /** The node port of a port that clients outside the cluster use. */
  readonly nodePorts?: Readonly<Record<string, number>>;
}

/** Pods with a volume each: account, Secret, StatefulSet, a Service for clients and one for the pods' names. */
export class StatefulWorkload extends Component {
  constructor(name: string, args: StatefulWorkloadArgs, opts: pulumi.ComponentResourceOptions) {
    super("kit", "StatefulWorkload", name, opts);
    const { app, pod } = args;
    const replicated = needsBudget(args.replicas);
    // Of several the budget lets one go at a time; the only one is an outage.
    const placement = { spread: replicated, stays: !replicated };
    const { template, parts } = podWithSecrets(name, app, { ...pod, ...placement }, this);
    new k8s.apps.v1.StatefulSet(
      `${name}-set`,
      { metadata: metadata(app), spec: statefulSetSpec(args, template) },
      {
        parent: this,
        dependsOn: parts,
        // Immutable: a new size would replace the set and, where volumes are not retained, lose the data.
        ignoreChanges: ["spec.volumeClaimTemplates"],
      },
    );
    new k8s.core.v1.Service(
      `${name}-service`,
      {
        metadata: metadata(app),
        spec: serviceSpec(app, { ...pod.ports, ...pod.beside?.ports }, args.nodePorts),
      },
      { parent: this },
    );
    new k8s.core.v1.Service(
      `${name}-nodes`,
      {
        metadata: metadata(app, headlessNameOf(app)),
        // Members of a cluster find each other before they are ready.
        spec: { ...serviceSpec(app, pod.ports), clusterIP: "None", publishNotReadyAddresses: true },
      },
      { parent: this },
    );
    if (replicated) limitDisruption(name, { app }, this);
    this.registerOutputs({});
  }
}

function headlessNameOf(app: App): string {
  return `${app.name}-nodes`;
}

/** The name by which pods find one of the pods, ready or not. */
export function podHost(app: App, pod: string): string {
  return `${pod}.${headlessNameOf(app)}.${app.namespace}.svc.cluster.local`;
}

function statefulSetSpec(
  { app, cluster, replicas, storage }: StatefulWorkloadArgs,
  template: k8s.types.input.core.v1.PodTemplateSpec,
) {
  return {
    replicas,
    serviceName: headlessNameOf(app),
    // OrderedReady would wait for ever on a pod that a bad update broke.
    podManagementPolicy: "Parallel",
    selector: { matchLabels: selectorLabels(app) },
    template,
    persistentVolumeClaimRetentionPolicy: {
      whenDeleted: cluster.retainVolumes ? "Retain" : "Delete",
      whenScaled: "Retain",
    },
    volumeClaimTemplates: [
      {
        metadata: { name: "data" },
        spec: {
          accessModes: ["ReadWriteOnce"],
          storageClassName: cluster.storageClass,
          resources: { requests: { storage } },
        },
      },
    ],
  };
}
