import { cisKubernetes, nsaCisa, podSecurityBaseline } from "../../kit/frameworks.ts";
import { at, isPresent } from "../../kit/json.ts";
import { containerRule } from "../../kit/pod-rule.ts";
import type { Container, Pod } from "../../kit/pods.ts";

const shared = {
  hostNetwork: "the network",
  hostPID: "the processes",
  hostIPC: "the shared memory",
};

function isSaid(spec: unknown, ...path: string[]): boolean {
  return isPresent(spec, ...path) && at(spec, ...path) !== false;
}

function isHostProcess({ spec }: Container | Pod): boolean {
  return isSaid(spec, "securityContext", "windowsOptions", "hostProcess");
}

export const noHostNamespaces = containerRule({
  name: "no-host-namespaces",
  title: "Pods share neither network, processes nor memory with their node",
  why: "Who is on the node's network gets around every NetworkPolicy, and who sees its processes reads their secrets.",
  fix: "remove hostNetwork, hostPID, hostIPC and windowsOptions.hostProcess, or set them to false",
  severity: "critical",
  frameworks: [
    podSecurityBaseline("Host Namespaces"),
    podSecurityBaseline("HostProcess"),
    nsaCisa("Pod security enforcement: hostPID, hostIPC, hostNetwork"),
    cisKubernetes(
      "Minimize the admission of containers wishing to share the host network namespace",
    ),
  ],
  pod: {
    check: (pod, report) => {
      for (const [field, what] of Object.entries(shared)) {
        if (isSaid(pod.spec, field)) report(`shares ${what} of its node (${field})`);
      }
      if (isHostProcess(pod)) report("runs as processes of its Windows node");
    },
  },
  check: (container, report) => {
    if (isHostProcess(container)) report("runs as a process of its Windows node");
  },
});
