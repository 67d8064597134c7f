import { cisKubernetes, nsaCisa, podSecurityRestricted } from "../../kit/frameworks.ts";
import { containerRule } from "../../kit/pod-rule.ts";
import { runsOnWindows } from "../../kit/pods.ts";
import {
  contextOf,
  profileSettings,
  setContext,
  wrongProfile,
} from "../../kit/security-context.ts";

const field = "seccompProfile";
const usual = { type: "RuntimeDefault" };

export const seccomp = containerRule({
  name: "seccomp",
  title: "Containers make only the system calls that programs need",
  why: "Most ways out of a container go through rare system calls, which the runtime's own profile refuses.",
  fix: 'set securityContext.seccompProfile to { type: "RuntimeDefault" } for the pod, and nothing else for its containers',
  severity: "medium",
  frameworks: [
    podSecurityRestricted("Seccomp"),
    nsaCisa("Hardening container environments"),
    cisKubernetes(
      "Ensure that the seccomp profile is set to docker/default in your Pod definitions",
    ),
  ],
  config: profileSettings,
  pod: {
    check: (pod, report, { allowed }) => {
      const wrong = wrongProfile(pod, field, allowed);
      if (wrong !== undefined) report(`has ${wrong} as seccomp profile`);
    },
    remediate: (pod, { allowed }) =>
      wrongProfile(pod, field, allowed) !== undefined && setContext(pod, field, { ...usual }),
  },
  check: (container, report, { allowed }) => {
    const wrong = wrongProfile(container, field, allowed);
    if (wrong !== undefined) report(`has ${wrong} as seccomp profile`);
    else if (contextOf(container, field) === undefined && !runsOnWindows(container.pod)) {
      report("has no seccomp profile");
    }
  },
  remediate: (container, { allowed }) => {
    if (runsOnWindows(container.pod)) return false;
    const isRight =
      wrongProfile(container, field, allowed) === undefined &&
      contextOf(container, field) !== undefined;
    return !isRight && setContext(container, field, { ...usual });
  },
});
