import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { KubernetesMinor } from "../../config/kubernetes-versions.ts";
import { Component } from "../component.ts";
import { autoscalerLabels, autoscalerSelector, autoscalerSpec } from "./autoscaler-pod.ts";
import {
  autoscalerAccount,
  autoscalerRights,
  clusterRules,
  namespaceRules,
  prioritiesFile,
  prioritiesName,
  type RankedGroup,
} from "./autoscaler-spec.ts";
import { policyDocument } from "./iam.ts";
import type { Place } from "./names.ts";
import { PodIdentity } from "./pod-identity.ts";

export interface AutoscalerArgs {
  readonly place: Place;
  readonly version: KubernetesMinor;
  readonly clusterName: pulumi.Input<string>;
  readonly pools: readonly RankedGroup[];
}

const { namespace, name: account } = autoscalerAccount;
const labels = autoscalerLabels;
const metadata = { namespace, name: account, labels };

/** Its account in the cluster and what that may do there. */
function grant(name: string, parent: pulumi.Resource): pulumi.Resource[] {
  const group = "rbac.authorization.k8s.io";
  const opts = { parent };
  const user = new k8s.core.v1.ServiceAccount(
    `${name}-account`,
    // Its pods ask for the token; no other pod gets it by naming the account.
    { metadata, automountServiceAccountToken: false },
    opts,
  );
  const clusterRole = new k8s.rbac.v1.ClusterRole(
    `${name}-cluster-role`,
    { metadata: { name: account, labels }, rules: clusterRules },
    opts,
  );
  const role = new k8s.rbac.v1.Role(`${name}-role`, { metadata, rules: namespaceRules }, opts);
  const subjects = [{ kind: "ServiceAccount", name: account, namespace }];
  const clusterBinding = new k8s.rbac.v1.ClusterRoleBinding(
    `${name}-cluster-binding`,
    {
      metadata: { name: account, labels },
      roleRef: { apiGroup: group, kind: "ClusterRole", name: account },
      subjects,
    },
    opts,
  );
  const binding = new k8s.rbac.v1.RoleBinding(
    `${name}-binding`,
    { metadata, roleRef: { apiGroup: group, kind: "Role", name: account }, subjects },
    opts,
  );
  return [user, clusterRole, role, clusterBinding, binding];
}

/** Adds nodes for pending pods and removes unneeded ones, pool by pool in the order of priority. */
export class Autoscaler extends Component {
  constructor(name: string, args: AutoscalerArgs, opts: pulumi.ComponentResourceOptions) {
    super("infra", "Autoscaler", name, opts);
    const { place } = args;
    const identity = new PodIdentity(
      `${name}-identity`,
      {
        place,
        clusterName: args.clusterName,
        account: autoscalerAccount,
        description: `Autoscaler of ${place.cluster}`,
        policy: policyDocument(autoscalerRights(place)),
      },
      { parent: this },
    );
    const priorities = new k8s.core.v1.ConfigMap(
      `${name}-priorities`,
      {
        metadata: { namespace, name: prioritiesName, labels },
        data: { priorities: prioritiesFile(args.pools) },
      },
      { parent: this },
    );
    const rights = grant(name, this);
    new k8s.policy.v1.PodDisruptionBudget(
      `${name}-budget`,
      {
        metadata,
        spec: {
          maxUnavailable: 1,
          // One that does not start must not block the drain of its node.
          unhealthyPodEvictionPolicy: "AlwaysAllow",
          selector: { matchLabels: autoscalerSelector },
        },
      },
      { parent: this },
    );
    new k8s.apps.v1.Deployment(
      `${name}-deployment`,
      { metadata, spec: autoscalerSpec(place, args.version) },
      // Pods learn of their identity at creation: one that was there before it would never get credentials.
      { parent: this, dependsOn: [identity, priorities, ...rights] },
    );
    this.registerOutputs({});
  }
}
