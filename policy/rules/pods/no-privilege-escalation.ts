import { cisKubernetes, nsaCisa, podSecurityRestricted } from "../../kit/frameworks.ts";
import { containerRule } from "../../kit/pod-rule.ts";
import { runsOnWindows } from "../../kit/pods.ts";
import { ownContext, setContext } from "../../kit/security-context.ts";

const field = "allowPrivilegeEscalation";

export const noPrivilegeEscalation = containerRule({
  name: "no-privilege-escalation",
  title: "No process of a container gets more rights than the one that started it",
  why: "A program with the setuid bit, which most images have, makes root of whoever gets in.",
  fix: "set securityContext.allowPrivilegeEscalation to false for each container",
  severity: "high",
  frameworks: [
    podSecurityRestricted("Privilege Escalation"),
    nsaCisa("Pod security enforcement: allowPrivilegeEscalation"),
    cisKubernetes("Minimize the admission of containers with allowPrivilegeEscalation"),
  ],
  pod: {
    check: (pod, report) => {
      if (ownContext(pod, field) === true) report("lets its containers get more rights");
    },
  },
  check: (container, report) => {
    if (runsOnWindows(container.pod)) return;
    if (ownContext(container, field) !== false) report("may get more rights than it starts with");
  },
  remediate: (container) =>
    !runsOnWindows(container.pod) &&
    ownContext(container, field) !== false &&
    setContext(container, field, false),
});
