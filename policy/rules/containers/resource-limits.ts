import { Type } from "typebox";
import { kubernetesDocs, nsaCisa } from "../../kit/frameworks.ts";
import { containerRule } from "../../kit/pod-rule.ts";
import { hasResources, problemOf } from "./resources.ts";

export const resourceLimits = containerRule({
  name: "resource-limits",
  title: "Containers have a limit for memory",
  why: "One container that leaks or is attacked takes the memory of everything else on its node.",
  fix: 'set resources.limits.memory to the most that the container may take, like "512Mi"',
  severity: "medium",
  frameworks: [
    nsaCisa("Resource policies"),
    kubernetesDocs("Resource management for pods and containers"),
  ],
  config: Type.Object({
    resources: Type.Array(Type.String({ minLength: 1 }), {
      default: ["memory"],
      description:
        "What has to be limited, `ephemeral-storage` for example; CPU has a rule of its own.",
    }),
  }),
  check: (container, report, { resources }) => {
    if (!hasResources(container)) return;
    for (const resource of resources) {
      const problem = problemOf(container, "limits", resource);
      if (problem !== undefined) report(problem);
    }
  },
});
