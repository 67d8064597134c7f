import { cisGke } from "../../kit/frameworks.ts";
import { at, textAt } from "../../kit/json.ts";
import { ifKnown } from "../../kit/unknown.ts";
import { guarded, guardRule, must } from "./cloud-rule.ts";

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

const problem = "doesn't enforce NetworkPolicies";

export const networkPoliciesEnforced = guardRule({
  name: "network-policies-enforced",
  title: "Clusters enforce NetworkPolicies",
  why: "Kubernetes takes every NetworkPolicy and does nothing with it where the pod network doesn't: all pods reach all others.",
  fix: "set datapathProvider to ADVANCED_DATAPATH on GKE, and enableNetworkPolicy of the vpc-cni add-on (vpcCniOptions of eks.Cluster) to true on EKS",
  severity: "critical",
  frameworks: [cisGke("Network Policy enabled and set as appropriate")],
  demands: {
    "gcp:container/cluster:Cluster": must({ datapathProvider: "ADVANCED_DATAPATH" }),
    "eks:index:Cluster": [{ path: "vpcCniOptions.enableNetworkPolicy", holds: isOn, problem }],
  },
  guards: [
    // Who uses a pod network of another maker exempts the cluster.
    guarded("aws:eks/cluster:Cluster", "aws:eks/addon:Addon", "clusterName", {
      problem,
      counts: (addon) =>
        ifKnown(() => textAt(addon, "addonName")) === "vpc-cni" &&
        // What it is made of is the update's to know; then it is evaluated once more.
        (ifKnown(() => enforces(textAt(addon, "configurationValues") ?? "")) ?? true),
    }),
  ],
});
