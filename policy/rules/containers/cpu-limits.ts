import { kubernetesDocs, nsaCisa } from "../../kit/frameworks.ts";
import { containerRule } from "../../kit/pod-rule.ts";
import { hasResources, problemOf } from "./resources.ts";

/** Apart from memory: CPU without a limit is taken back from a container, which slows it down and does not kill it. */
export const cpuLimits = containerRule({
  name: "cpu-limits",
  title: "Containers have a limit for CPU",
  why: "A container without one takes all CPU that others leave: how fast everything is depends on who else is on the node, and one that is attacked mines at full speed.",
  fix: 'set resources.limits.cpu to the most that the container may take, like "1"',
  severity: "low",
  frameworks: [
    nsaCisa("Resource policies"),
    kubernetesDocs("Resource management for pods and containers"),
  ],
  check: (container, report) => {
    if (!hasResources(container)) return;
    const problem = problemOf(container, "limits", "cpu");
    if (problem !== undefined) report(problem);
  },
});
