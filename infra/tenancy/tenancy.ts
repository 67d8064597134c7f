import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { namespaces, type NameServer, type NamespaceRole } from "../cluster.ts";
import { Component } from "../component.ts";
import {
  allowDns,
  containerDefaults,
  denyAll,
  namespaceLabels,
  partOf,
  quotas,
} from "./namespace-specs.ts";
import { priorities } from "./priorities.ts";

interface GuardedNamespaceArgs {
  readonly role: NamespaceRole;
  readonly dns: NameServer;
}

/** One namespace and its guards. All children but the namespace depend on it, so they go first on destroy. */
class GuardedNamespace extends Component {
  constructor(name: string, args: GuardedNamespaceArgs, opts: pulumi.ComponentResourceOptions) {
    super("infra", "GuardedNamespace", name, opts);
    const { role } = args;
    const namespace = namespaces[role];
    const owner = new k8s.core.v1.Namespace(
      `${name}-namespace`,
      { metadata: { name: namespace, labels: namespaceLabels(role) } },
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
        spec: { limits: [containerDefaults] },
      },
      inside,
    );
    new k8s.core.v1.ResourceQuota(
      `${name}-quota`,
      { metadata: { namespace, name: "quota", labels: partOf }, spec: { hard: quotas[role] } },
      inside,
    );
    this.registerOutputs({});
  }
}

export interface TenancyArgs {
  readonly dns: NameServer;
}

/** Who may run where: namespaces with Pod Security, default deny, ceilings, and the priority classes. */
export class Tenancy extends Component {
  constructor(name: string, { dns }: TenancyArgs, opts: pulumi.ComponentResourceOptions) {
    super("infra", "Tenancy", name, opts);
    for (const role of ["data", "api", "workers"] as const) {
      new GuardedNamespace(`${name}-${role}`, { role, dns }, { parent: this });
    }
    for (const [priority, { value, preempts, description }] of Object.entries(priorities)) {
      new k8s.scheduling.v1.PriorityClass(
        `${name}-${priority}`,
        {
          metadata: { name: priority, labels: partOf },
          value,
          description,
          preemptionPolicy: preempts ? "PreemptLowerPriority" : "Never",
        },
        { parent: this },
      );
    }
    this.registerOutputs({});
  }
}
