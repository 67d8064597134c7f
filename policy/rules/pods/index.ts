import type { Rule } from "../../kit/rule.ts";
import {
  apparmor,
  dropCapabilities,
  maskedProc,
  noPrivileged,
  noPrivilegeEscalation,
  readOnlyRoot,
  safeSysctls,
  seccomp,
  selinux,
} from "./confinement.ts";
import {
  numericUser,
  ownServiceAccount,
  runAsNonRoot,
  serviceAccountToken,
  tokensOnRequest,
  userNamespaces,
} from "./identity.ts";
import { noHostNamespaces, noHostPorts, probeHosts, visibleManifests } from "./node-access.ts";
import { hostPaths, hostVolumes, volumeTypes } from "./volumes.ts";

/** What a pod may do on its node. */
export const podRules: readonly Rule[] = [
  ...[runAsNonRoot, numericUser, readOnlyRoot, noPrivilegeEscalation, dropCapabilities],
  ...[seccomp, apparmor, selinux, noPrivileged, maskedProc, safeSysctls],
  ...[noHostNamespaces, userNamespaces, noHostPorts, probeHosts],
  ...[hostPaths, hostVolumes, volumeTypes],
  ...[serviceAccountToken, tokensOnRequest, ownServiceAccount, visibleManifests],
];
