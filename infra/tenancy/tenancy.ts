import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { ModelsSection } from "../../config/schema.ts";
import {
  modelNamespaces,
  namespaces,
  type Growth,
  type ImageSources,
  type NameServer,
  type NamespaceRole,
} from "../cluster.ts";
import { Component } from "../component.ts";
import { admitImages } from "./image-policy.ts";
import { GuardedNamespace } from "./guarded-namespace.ts";
import { modelDefaults, partOf, platformDefaults } from "./namespace-specs.ts";
import { priorities } from "./priorities.ts";
import { modelCeiling, platformCeiling } from "./quotas.ts";

const roleLabel = "framewright.dev/role";
const modelsRole = "models";

export interface TenancyArgs {
  readonly dns: NameServer;
  readonly growth: readonly Growth[];
  /** Unset: the Kubernetes API asks nobody where images come from. */
  readonly images?: ImageSources | undefined;
  /** The quotas of the AI model services; unset where there are no GPU nodes for them. */
  readonly models: ModelsSection | undefined;
}

/** Namespaces with Pod Security, default deny, ceilings, and the priority classes. */
export class Tenancy extends Component {
  constructor(name: string, args: TenancyArgs, opts: pulumi.ComponentResourceOptions) {
    super("infra", "Tenancy", name, opts);
    guardPlatform(name, args, this);
    guardModels(name, args, this);
    // Tenants bring images of their own.
    const ours = { label: roleLabel, except: modelsRole };
    if (args.images !== undefined) admitImages(name, args.images, ours, this);
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

/** Always there; the others only with a service that is on. */
const spine: readonly NamespaceRole[] = ["data", "api", "workers"];

function rolesOf(growth: readonly Growth[]): NamespaceRole[] {
  return [...new Set([...spine, ...growth.map(({ role }) => role)])];
}

function guardPlatform(name: string, { dns, growth }: TenancyArgs, parent: pulumi.Resource): void {
  for (const role of rolesOf(growth)) {
    new GuardedNamespace(
      `${name}-${role}`,
      {
        namespace: namespaces[role],
        labels: { [roleLabel]: role },
        // What mounts a folder of its node is refused by both other levels; the policy pack names each such pod.
        podSecurity: role === "nodeAgents" ? "privileged" : undefined,
        ceiling: platformCeiling(role, growth),
        defaults: platformDefaults,
        dns,
      },
      { parent },
    );
  }
}

/** A namespace for each service, since a quota is of a namespace. */
function guardModels(name: string, { dns, models }: TenancyArgs, parent: pulumi.Resource): void {
  if (models === undefined) return;
  for (const service of ["stt", "mt", "tts", "lipSync"] as const) {
    const namespace = modelNamespaces[service];
    new GuardedNamespace(
      `${name}-${namespace}`,
      {
        namespace,
        labels: { [roleLabel]: modelsRole },
        ceiling: modelCeiling(models[service]),
        defaults: modelDefaults,
        dns,
      },
      { parent },
    );
  }
}
