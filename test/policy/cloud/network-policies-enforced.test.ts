import { expect, it } from "vitest";
import { networkPoliciesEnforced } from "../../../policy/rules/cloud/network-policies-enforced.ts";
import { withValue } from "../kit/change.ts";
import { evaluateStack, unknown } from "../kit/evaluate.ts";
import * as aws from "./aws.ts";
import { describeBreaks, programWith, programWithout } from "./breaks.ts";
import * as gcp from "./gcp.ts";

describeBreaks(networkPoliciesEnforced, [
  {
    of: aws.component,
    path: "vpcCniOptions.enableNetworkPolicy",
    wrong: [false],
    says: "doesn't enforce NetworkPolicies",
  },
  {
    of: gcp.cluster,
    path: "datapathProvider",
    wrong: ["LEGACY_DATAPATH"],
    says: "doesn't enforce NetworkPolicies",
  },
]);

it("reports a cluster on EKS without the pod network's add-on", () => {
  for (const options of [{}, { unknownProvider: true }]) {
    expect(evaluateStack(networkPoliciesEnforced, programWithout(aws.podNetwork), options)).toEqual(
      [expect.stringContaining("aws:eks/cluster:Cluster shop: doesn't enforce NetworkPolicies")],
    );
  }
});

it.each([
  ["is off", JSON.stringify({ enableNetworkPolicy: "false" }), 1],
  ["says nothing", undefined, 1],
  ["is no JSON", "on", 1],
  ["is on, as a boolean", JSON.stringify({ enableNetworkPolicy: true }), 0],
  ["is what the update will know", unknown, 0],
])("judges a cluster by an add-on that %s", (_, values, count) => {
  const addon = withValue(aws.podNetwork, ["configurationValues"], values);
  expect(evaluateStack(networkPoliciesEnforced, programWith(addon))).toHaveLength(count);
});

it("knows the add-on's cluster by its name where both are literals", () => {
  const byName = { ...aws.podNetwork, madeFrom: {} };
  expect(evaluateStack(networkPoliciesEnforced, programWith(byName))).toEqual([]);
  const other = withValue(byName, ["clusterName"], "other");
  expect(evaluateStack(networkPoliciesEnforced, programWith(other))).toHaveLength(1);
});

it.each([
  ["Calico", { networkPolicy: { enabled: true } }, false, 0],
  ["Calico without its add-on", { networkPolicy: { enabled: true } }, true, 1],
])("takes %s on GKE", (_, more, disabled, count) => {
  const legacy = withValue(gcp.cluster, ["datapathProvider"], "LEGACY_DATAPATH");
  const addons = withValue(legacy, ["addonsConfig"], { networkPolicyConfig: { disabled } });
  const cluster = { ...addons, props: { ...addons.props, ...more } };
  expect(evaluateStack(networkPoliciesEnforced, [cluster])).toHaveLength(count);
});
