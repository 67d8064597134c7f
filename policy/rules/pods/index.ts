import type { Rule } from "../../kit/rule.ts";
import { apparmor } from "./apparmor.ts";
import { dropCapabilities } from "./drop-capabilities.ts";
import { hostPaths } from "./host-paths.ts";
import { hostVolumes } from "./host-volumes.ts";
import { maskedProc } from "./masked-proc.ts";
import { noHostNamespaces } from "./no-host-namespaces.ts";
import { noHostPorts } from "./no-host-ports.ts";
import { noPrivilegeEscalation } from "./no-privilege-escalation.ts";
import { noPrivileged } from "./no-privileged.ts";
import { numericUser } from "./numeric-user.ts";
import { ownServiceAccount } from "./own-service-account.ts";
import { probeHosts } from "./probe-hosts.ts";
import { readOnlyRoot } from "./read-only-root.ts";
import { runAsNonRoot } from "./run-as-non-root.ts";
import { safeSysctls } from "./safe-sysctls.ts";
import { seccomp } from "./seccomp.ts";
import { selinux } from "./selinux.ts";
import { separateProcesses } from "./separate-processes.ts";
import { serviceAccountToken } from "./service-account-token.ts";
import { tokensOnRequest } from "./tokens-on-request.ts";
import { visibleManifests } from "./visible-manifests.ts";
import { volumeTypes } from "./volume-types.ts";

/** What a pod may do on its node. */
export const podRules: readonly Rule[] = [
  runAsNonRoot,
  numericUser,
  readOnlyRoot,
  noPrivilegeEscalation,
  dropCapabilities,
  seccomp,
  apparmor,
  selinux,
  noPrivileged,
  maskedProc,
  safeSysctls,
  noHostNamespaces,
  separateProcesses,
  noHostPorts,
  probeHosts,
  hostPaths,
  hostVolumes,
  volumeTypes,
  serviceAccountToken,
  tokensOnRequest,
  ownServiceAccount,
  visibleManifests,
];
