import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { NameServer } from "../cluster.ts";
import { Component } from "../component.ts";
import {
  allowDns,
  denyAll,
  namespaceLabels,
  partOf,
  type ContainerDefaults,
  type PodSecurity,
} from "./namespace-specs.ts";
import type { Ceiling } from "./quotas.ts";

export interface GuardedNamespaceArgs {
  readonly namespace: string;
  /** What the namespace is for, beside the labels that all have. */
  readonly labels: Readonly<Record<string, string>>;
  /** @default restricted */
  readonly podSecurity?: PodSecurity | undefined;
  readonly ceiling: Ceiling;
  readonly defaults: ContainerDefaults;
  readonly dns: NameServer;
}

/** One namespace and its guards. All children but the namespace depend on it, so they go first on destroy. */
export class GuardedNamespace extends Component {
  constructor(name: string, args: GuardedNamespaceArgs, opts: pulumi.ComponentResourceOptions) {
    super("infra", "GuardedNamespace", name, opts);
    const { namespace } = args;
    const owner = new k8s.core.v1.Namespace(
      `${name}-namespace`,
      { metadata: { name: namespace, labels: namespaceLabels(args.labels, args.podSecurity) } },
      { parent: this },
    );
    const inside = { parent: this, dependsOn: [owner] };
    new k8s.networking.v1.NetworkPolicy(
      `${name}-deny-all`,
      { metadata: { namespace, name: "deny-all", labels: partOf }, spec: denyAll },
      inside,
    );
    new k8s.networking.v1.NetworkPolicy(
      `${name}-allow-dns`,
      { metadata: { namespace, name: "allow-dns", labels: partOf }, spec: allowDns(args.dns) },
      inside,
    );
    new k8s.core.v1.LimitRange(
      `${name}-defaults`,
      {
        metadata: { namespace, name: "defaults", labels: partOf },
        spec: { limits: [{ type: "Container", ...args.defaults }] },
      },
      inside,
    );
    new k8s.core.v1.ResourceQuota(
      `${name}-quota`,
      { metadata: { namespace, name: "quota", labels: partOf }, spec: { hard: args.ceiling } },
      inside,
    );
    this.registerOutputs({});
  }
}
