import { podSecurityBaseline } from "../../kit/frameworks.ts";
import { textAt, type Path } from "../../kit/json.ts";
import { containerRule } from "../../kit/pod-rule.ts";

const handlers: readonly Path[] = [
  ["livenessProbe"],
  ["readinessProbe"],
  ["startupProbe"],
  ["lifecycle", "postStart"],
  ["lifecycle", "preStop"],
].flatMap((path) => [
  [...path, "httpGet"],
  [...path, "tcpSocket"],
]);

export const probeHosts = containerRule({
  name: "probe-hosts",
  title: "Probes and hooks call only the pod they belong to",
  why: "The kubelet makes these calls from the node, past every NetworkPolicy: whoever writes the host reaches what only nodes may.",
  fix: "remove host from httpGet and tcpSocket of the container's probes and lifecycle hooks",
  severity: "medium",
  frameworks: [podSecurityBaseline("Host Probes / Lifecycle Hooks")],
  check: ({ spec }, report) => {
    for (const path of handlers) {
      const host = textAt(spec, ...path, "host") ?? "";
      if (host !== "") report(`has ${path.join(".")} call ${host}`);
    }
  },
});
