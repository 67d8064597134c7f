import { cisKubernetes, nsaCisa, podSecurityBaseline } from "../../kit/frameworks.ts";
import { containerRule } from "../../kit/pod-rule.ts";
import type { Container, Pod } from "../../kit/pods.ts";
import { ownContext } from "../../kit/security-context.ts";

function isPrivileged(of: Container | Pod): boolean {
  const said = ownContext(of, "privileged");
  return said !== undefined && said !== false;
}

export const noPrivileged = containerRule({
  name: "no-privileged",
  title: "No container is privileged",
  why: "A privileged container sees all devices of its node and may do there what root may: it is the node.",
  fix: "remove securityContext.privileged, and give the container the one thing that it needs instead",
  severity: "critical",
  frameworks: [
    podSecurityBaseline("Privileged Containers"),
    nsaCisa("Pod security enforcement: privileged"),
    cisKubernetes("Minimize the admission of privileged containers"),
  ],
  pod: {
    check: (pod, report) => {
      if (isPrivileged(pod)) report("is privileged");
    },
  },
  check: (container, report) => {
    if (isPrivileged(container)) report("is privileged");
  },
});
