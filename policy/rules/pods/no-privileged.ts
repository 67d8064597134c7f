import { cisKubernetes, nsaCisa, podSecurityBaseline } from "../../kit/frameworks.ts";
import { containerRule } from "../../kit/pod-rule.ts";
import { ownContext } from "../../kit/security-context.ts";

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
  check: (container, report) => {
    const said = ownContext(container, "privileged");
    if (said !== undefined && said !== false) report("is privileged");
  },
});
