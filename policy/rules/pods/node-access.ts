import { kubernetesDocs, podSecurityBaseline, pulumiPolicies } from "../../kit/frameworks.ts";
import { at, isPresent, listAt, numberAt, type Path, textAt } from "../../kit/json.ts";
import { matchesAny } from "../../kit/pattern.ts";
import { containerRule, podRule } from "../../kit/pod-rule.ts";
import { stackRule } from "../../kit/stack-rule.ts";

const shared = {
  hostNetwork: "shares the network of its node",
  hostPID: "shares the processes of its node",
  hostIPC: "shares the shared memory of its node",
  shareProcessNamespace: "lets its containers see each other's processes",
};

export const noHostNamespaces = podRule({
  name: "no-host-namespaces",
  title:
    "Pods share neither network, processes nor memory with their node, nor processes among their containers",
  why: "Who is on the node's network gets around every NetworkPolicy, and who sees the processes of others reads their environment and their files, secrets included.",
  fix: "remove hostNetwork, hostPID, hostIPC and shareProcessNamespace, or set them to false",
  severity: "critical",
  frameworks: [
    podSecurityBaseline("Host Namespaces"),
    kubernetesDocs("Share Process Namespace between Containers in a Pod"),
  ],
  check: ({ spec }, report) => {
    for (const [field, what] of Object.entries(shared)) {
      const isSaid = isPresent(spec, field) && at(spec, field) !== false;
      report(isSaid ? `${what} (${field})` : undefined);
    }
  },
});

export const noHostPorts = containerRule({
  name: "no-host-ports",
  title: "No container listens on a port of its node",
  why: "A port of the node is reached past Services and NetworkPolicies, and only one such pod fits on a node.",
  fix: "remove hostPort from the container's ports, and put a Service before the pods",
  severity: "high",
  frameworks: [podSecurityBaseline("Host Ports")],
  check: ({ spec }, report) => {
    for (const port of listAt(spec, "ports")) {
      const taken = numberAt(port, "hostPort") ?? 0;
      if (taken !== 0) report(`listens on port ${taken} of its node`);
    }
  },
});

const handlers: readonly Path[] = [
  ...["livenessProbe", "readinessProbe", "startupProbe"].map((probe) => [probe]),
  ...["postStart", "preStop"].map((hook) => ["lifecycle", hook]),
].flatMap((path) => ["httpGet", "tcpSocket"].map((way) => [...path, way]));

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

/** Types of resources that hide others, as Pulumi writes them. */
const hiding = ["helm.sh/*", "yaml:*", "yaml/*", "kustomize:*", "kustomize/*"].map(
  (type) => `kubernetes:${type}`,
);

/** A rule about the stack, because Pulumi shows charts and other components to no other (pulumi/pulumi#10055). */
export const visibleManifests = stackRule({
  name: "visible-manifests",
  title: "Every object that a program makes is one that policies see",
  why: "Charts and files of manifests are opened where a cluster is at hand, so that no preview before it can evaluate what is in them.",
  fix: "write the objects as resources of their own kinds, or exempt it once somebody has read what is in it",
  severity: "high",
  frameworks: [
    pulumiPolicies("Charts and files of manifests are not opened before the cluster exists"),
  ],
  collect: ({ type }) => (matchesAny(hiding, type) ? true : undefined),
  evaluate: (found, report) => {
    for (const { subject } of found) report(subject, "makes objects that no policy can evaluate");
  },
});
