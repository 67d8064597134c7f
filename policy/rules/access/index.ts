import type { Rule } from "../../kit/rule.ts";
import { bindingSubjects } from "./binding-subjects.ts";
import { clusterAdmin } from "./cluster-admin.ts";
import { defaultDeny } from "./default-deny.ts";
import { ingressTls } from "./ingress-tls.ts";
import { namespaceLimits } from "./namespace-limits.ts";
import { narrowNetworkEdges } from "./narrow-network-edges.ts";
import { noAllowAll } from "./no-allow-all.ts";
import { podSecurityLabels } from "./pod-security-labels.ts";
import { rbacEscalation } from "./rbac-escalation.ts";
import { rbacWildcards } from "./rbac-wildcards.ts";
import { serviceExposure } from "./service-exposure.ts";
import { storageEncryption } from "./storage-encryption.ts";
import { tokenSecrets } from "./token-secrets.ts";

/** Who may reach what. */
export const accessRules: readonly Rule[] = [
  defaultDeny,
  noAllowAll,
  narrowNetworkEdges,
  serviceExposure,
  ingressTls,
  rbacWildcards,
  rbacEscalation,
  clusterAdmin,
  bindingSubjects,
  tokenSecrets,
  podSecurityLabels,
  namespaceLimits,
  storageEncryption,
];
