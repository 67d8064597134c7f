import type { Rule } from "../../kit/rule.ts";
import { bucketsDemandTls } from "./buckets-demand-tls.ts";
import { bucketsEncrypted } from "./buckets-encrypted.ts";
import { bucketsPrivate } from "./buckets-private.ts";
import { bucketsVersioned } from "./buckets-versioned.ts";
import { clusterAccess } from "./cluster-access.ts";
import { controlPlaneLogs } from "./control-plane-logs.ts";
import { databasePasswords } from "./database-passwords.ts";
import { databasesBackedUp } from "./databases-backed-up.ts";
import { databasesDemandTls } from "./databases-demand-tls.ts";
import { databasesPrivate } from "./databases-private.ts";
import { defaultSecurityGroups } from "./default-security-groups.ts";
import { deletionProtection } from "./deletion-protection.ts";
import { flowLogs } from "./flow-logs.ts";
import { iamWildcards } from "./iam-wildcards.ts";
import { imdsV2 } from "./imds-v2.ts";
import { keysRotated } from "./keys-rotated.ts";
import { logRetention } from "./log-retention.ts";
import { networkPoliciesEnforced } from "./network-policies-enforced.ts";
import { noBroadRoles } from "./no-broad-roles.ts";
import { noDefaultNodes } from "./no-default-nodes.ts";
import { noOpenIngress } from "./no-open-ingress.ts";
import { noStandingKeys } from "./no-standing-keys.ts";
import { nodesMaintained } from "./nodes-maintained.ts";
import { plannedNetworks } from "./planned-networks.ts";
import { privateNodes } from "./private-nodes.ts";
import { privateSubnets } from "./private-subnets.ts";
import { providersBound } from "./providers-bound.ts";
import { publicEndpoints } from "./public-endpoints.ts";
import { registriesGuarded } from "./registries-guarded.ts";
import { roleTrust } from "./role-trust.ts";
import { secretsEncrypted } from "./secrets-encrypted.ts";
import { secureBoot } from "./secure-boot.ts";
import { storageEncrypted } from "./storage-encrypted.ts";
import { workloadIdentity } from "./workload-identity.ts";

/** What a cloud account must not leave open. */
export const cloudRules: readonly Rule[] = [
  bucketsPrivate,
  bucketsEncrypted,
  bucketsVersioned,
  bucketsDemandTls,
  databasesPrivate,
  databasesDemandTls,
  databasesBackedUp,
  databasePasswords,
  storageEncrypted,
  publicEndpoints,
  clusterAccess,
  secretsEncrypted,
  networkPoliciesEnforced,
  controlPlaneLogs,
  privateNodes,
  privateSubnets,
  noDefaultNodes,
  nodesMaintained,
  secureBoot,
  imdsV2,
  workloadIdentity,
  iamWildcards,
  roleTrust,
  noBroadRoles,
  noStandingKeys,
  keysRotated,
  noOpenIngress,
  defaultSecurityGroups,
  plannedNetworks,
  flowLogs,
  logRetention,
  registriesGuarded,
  providersBound,
  deletionProtection,
];
