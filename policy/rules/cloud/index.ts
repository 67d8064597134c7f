import type { Rule } from "../../kit/rule.ts";
import { otherRules } from "./other-resources.ts";
import { bucketRules } from "./buckets.ts";
import { controlPlaneRules } from "./control-planes.ts";
import { databaseRules } from "./databases.ts";
import { iamWildcards } from "./iam-policies.ts";
import { deletionProtection } from "./deletion-protection.ts";
import { hardenedNodeRules } from "./hardened-nodes.ts";
import { identityRules } from "./identities.ts";
import { networkPoliciesEnforced } from "./network-policies-enforced.ts";
import { networkRules } from "./networks.ts";
import { nodeRules } from "./nodes.ts";
import { privateSubnets } from "./private-subnets.ts";

/** What a cloud account must not leave open. */
export const cloudRules: readonly Rule[] = [
  ...[...bucketRules, ...databaseRules, ...controlPlaneRules, networkPoliciesEnforced],
  ...[...nodeRules, ...hardenedNodeRules, privateSubnets, ...networkRules],
  ...[iamWildcards, ...identityRules, ...otherRules, deletionProtection],
];
