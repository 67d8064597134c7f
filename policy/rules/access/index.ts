import type { Rule } from "../../kit/rule.ts";
import { bindings, rbacEscalation, rbacWildcards } from "./rbac-rules.ts";
import { defaultDeny, namespaceLimits, podSecurityLabels } from "./guarded-namespaces.ts";
import { ingressTls, serviceExposure } from "./exposure.ts";
import { narrowNetworkEdges, noAllowAll } from "./network-edges.ts";
import { storageEncryption, tokenSecrets } from "./kept-data.ts";

/** Who may reach what. */
export const accessRules: readonly Rule[] = [
  ...[defaultDeny, noAllowAll, narrowNetworkEdges, serviceExposure, ingressTls],
  ...[rbacWildcards, rbacEscalation, bindings, tokenSecrets],
  ...[podSecurityLabels, namespaceLimits, storageEncryption],
];
