import { networkPoliciesEnforced } from "../../../policy/rules/cloud/network-policies-enforced.ts";
import { withFields } from "../kit/change.ts";
import { unknown } from "../kit/evaluate.ts";
import { describeRule } from "../kit/rule-cases.ts";
import * as aws from "./aws.ts";
import { accepted, changed, programWith, programWithout, right } from "./compliant.ts";

const problem = "doesn't enforce NetworkPolicies";
const ofCluster = `aws:eks/cluster:Cluster shop: ${problem}`;
const byName = { ...aws.podNetwork, madeFrom: {} };
const values = "configurationValues";
const setting = (enableNetworkPolicy: unknown) => JSON.stringify({ enableNetworkPolicy });

describeRule(networkPoliciesEnforced, {
  passes: [
    accepted,
    ["an add-on that names its cluster", programWith(byName)],
    ...right(aws.podNetwork, values, [setting(true), unknown]),
  ],
  fails: [
    ["no add-on", programWithout(aws.podNetwork), ofCluster],
    ["an add-on that turns it off", changed(aws.podNetwork, values, setting("false")), ofCluster],
    ["an add-on without settings", changed(aws.podNetwork, values, undefined), ofCluster],
    ["an add-on with no JSON", changed(aws.podNetwork, values, "on"), ofCluster],
    ["another's add-on", programWith(withFields(byName, { clusterName: "other" })), ofCluster],
  ],
});
