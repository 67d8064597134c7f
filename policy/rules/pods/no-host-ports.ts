import { Type } from "typebox";
import { cisKubernetes, podSecurityBaseline } from "../../kit/frameworks.ts";
import { at, isPresent, listAt } from "../../kit/json.ts";
import { containerRule } from "../../kit/pod-rule.ts";

export const noHostPorts = containerRule({
  name: "no-host-ports",
  title: "No container listens on a port of its node",
  why: "A port of the node is reached past Services and NetworkPolicies, and only one such pod fits on a node.",
  fix: "remove hostPort from the container's ports, and put a Service before the pods",
  severity: "high",
  frameworks: [
    podSecurityBaseline("Host Ports"),
    cisKubernetes("Minimize the admission of containers which use HostPorts"),
  ],
  config: Type.Object({
    allowed: Type.Array(Type.Integer(), {
      default: [],
      description: "Ports of nodes that containers may take.",
    }),
  }),
  check: ({ spec }, report, { allowed }) => {
    for (const port of listAt(spec, "ports")) {
      if (!isPresent(port, "hostPort")) continue;
      const taken = at(port, "hostPort");
      if (taken === 0 || (typeof taken === "number" && allowed.includes(taken))) continue;
      report(`listens on port ${String(taken)} of its node`);
    }
  },
});
