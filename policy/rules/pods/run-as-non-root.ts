import { cisKubernetes, nsaCisa, podSecurityRestricted } from "../../kit/frameworks.ts";
import { containerRule } from "../../kit/pod-rule.ts";
import { contextOf, ownContext, setContext } from "../../kit/security-context.ts";

const field = "runAsNonRoot";

/** Whether it says something else than true; nothing is no refusal where the other level says it. */
function isRefused(said: unknown): boolean {
  return said !== undefined && said !== true;
}

export const runAsNonRoot = containerRule({
  name: "run-as-non-root",
  title: "Containers don't run as root",
  why: "Root in a container is root on the node as soon as one mistake in the kernel or in a mount lets it out.",
  fix: "set securityContext.runAsNonRoot to true for the pod, and nothing else for its containers",
  severity: "high",
  frameworks: [
    podSecurityRestricted("Running as Non-root"),
    nsaCisa("Non-root containers"),
    cisKubernetes("Minimize the admission of root containers"),
  ],
  pod: {
    check: (pod, report) => {
      if (isRefused(ownContext(pod, field))) report("lets its containers run as root");
    },
    remediate: (pod) => isRefused(ownContext(pod, field)) && setContext(pod, field, true),
  },
  check: (container, report) => {
    const own = ownContext(container, field);
    if (isRefused(own)) report("may run as root, whatever its pod says");
    else if (contextOf(container, field) === undefined) report("may run as root");
  },
  remediate: (container) =>
    contextOf(container, field) !== true && setContext(container, field, true),
});
