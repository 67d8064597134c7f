import { cisGke } from "../../kit/frameworks.ts";
import { at, textAt } from "../../kit/json.ts";
import { stackRule, type Found } from "../../kit/stack-rule.ts";
import { ifKnown } from "../../kit/unknown.ts";
import { isHollow } from "./cloud-rule.ts";

const eksCluster = "aws:eks/cluster:Cluster";
const addon = "aws:eks/addon:Addon";

function isOn(value: unknown): boolean {
  return value === true || value === "true";
}

/** Settings of an add-on are JSON in a text. */
function enforces(text: string): boolean {
  try {
    return isOn(at(JSON.parse(text), "enableNetworkPolicy"));
  } catch {
    return false; // What is no JSON turns nothing on.
  }
}

function gkeEnforces(props: unknown): boolean {
  return textAt(props, "datapathProvider") === "ADVANCED_DATAPATH";
}

const problem = "doesn't enforce NetworkPolicies";

/** Whether one of the add-ons is this cluster's pod network; who uses a pod network of another maker exempts the cluster. */
function hasEnforcer(cluster: Found<boolean>, found: readonly Found<boolean>[]): boolean {
  const name = ifKnown(() => textAt(cluster.subject.props, "name"));
  return found.some(({ subject, fact, madeFrom }) => {
    const its = ifKnown(() => textAt(subject.props, "clusterName"));
    const same = madeFrom["clusterName"]?.includes(cluster.subject.urn) === true;
    return subject.type === addon && fact && (same || (its !== undefined && its === name));
  });
}

export const networkPoliciesEnforced = stackRule({
  name: "network-policies-enforced",
  title: "Clusters enforce NetworkPolicies",
  why: "Kubernetes takes every NetworkPolicy and does nothing with it where the pod network doesn't: all pods reach all others.",
  fix: "set datapathProvider to ADVANCED_DATAPATH on GKE, and enableNetworkPolicy of the vpc-cni add-on (vpcCniOptions of eks.Cluster) to true on EKS",
  severity: "critical",
  frameworks: [cisGke("Network Policy enabled and set as appropriate")],
  collect: ({ type, props }) => {
    if (type === eksCluster) return true;
    if (type !== addon || textAt(props, "addonName") !== "vpc-cni") return undefined;
    // What it is made of is the update's to know; then it is evaluated once more.
    return ifKnown(() => enforces(textAt(props, "configurationValues") ?? "")) ?? true;
  },
  check: (subject, report) => {
    const { type, props } = subject;
    if (type === "gcp:container/cluster:Cluster" && !gkeEnforces(props)) report(problem);
    if (type !== "eks:index:Cluster" || isHollow(subject)) return;
    if (!isOn(at(props, "vpcCniOptions", "enableNetworkPolicy"))) report(problem);
  },
  evaluate: (found, report) => {
    const clusters = found.filter(({ subject }) => subject.type === eksCluster);
    for (const cluster of clusters) {
      if (!hasEnforcer(cluster, found)) report(cluster.subject, problem);
    }
  },
});
