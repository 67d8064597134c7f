import { Type } from "typebox";
import { kubernetesDocs, nsaCisa } from "../../kit/frameworks.ts";
import { containerRule } from "../../kit/pod-rule.ts";
import { hasResources, problemOf } from "./resources.ts";

export const resourceRequests = containerRule({
  name: "resource-requests",
  title: "Containers say how much CPU and memory they need",
  why: "The scheduler takes a container without requests for one that needs nothing: nodes fill up until memory runs out, and autoscalers count in parts of a request that isn't there.",
  fix: 'set resources.requests.cpu and resources.requests.memory to what the container needs in normal work, like "100m" and "256Mi"',
  severity: "medium",
  frameworks: [
    kubernetesDocs("Resource management for pods and containers"),
    nsaCisa("Resource policies"),
  ],
  config: Type.Object({
    resources: Type.Array(Type.String({ minLength: 1 }), {
      default: ["cpu", "memory"],
      description: "What every container has to ask for, `ephemeral-storage` for example.",
    }),
  }),
  check: (container, report, { resources }) => {
    if (!hasResources(container)) return;
    for (const resource of resources) {
      const problem = problemOf(container, "requests", resource);
      if (problem !== undefined) report(problem);
    }
  },
});
