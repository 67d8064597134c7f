import { check, type Finding } from "../check.ts";
import { conditionOf, nameOf, type Node } from "../kubernetes.ts";

const pressures = {
  MemoryPressure: "memory",
  DiskPressure: "disk space",
  PIDPressure: "process ids",
} as const;

function judgeNode(node: Node): Finding[] {
  const name = nameOf(node);
  const ready = conditionOf(node.status, "Ready");
  const found: Finding[] = [];
  if (ready?.status !== "True") {
    found.push({
      level: "problem",
      what: `node ${name} is not ready: ${ready?.message ?? ready?.reason ?? "it reports nothing"}`,
      meaning: "Nothing new starts there, and its pods go to other nodes after five minutes.",
      remedy: `kubectl describe node ${name}`,
      runbook: "node-under-pressure",
    });
  }
  for (const [type, resource] of Object.entries(pressures)) {
    if (conditionOf(node.status, type)?.status !== "True") continue;
    found.push({
      level: "problem",
      what: `node ${name} runs out of ${resource}`,
      meaning: "The kubelet evicts pods there, the least important first.",
      remedy: `free ${resource} there, or give the pool larger nodes`,
      runbook: "node-under-pressure",
    });
  }
  if (node.spec.unschedulable === true) {
    found.push({
      level: "hint",
      what: `node ${name} is cordoned`,
      meaning: "Somebody is about to take it out of service, or forgot that.",
      remedy: `kubectl uncordon ${name}`,
    });
  }
  return found;
}

export function judgeNodes(nodes: readonly Node[]): Finding[] {
  if (nodes.length > 0) return nodes.flatMap(judgeNode);
  return [
    {
      level: "problem",
      what: "the cluster has no node",
      meaning: "Nothing can run.",
      remedy: "npm run up, or look at the node pools in the cloud's console",
      runbook: "node-under-pressure",
    },
  ];
}

export const nodes = check("nodes", "ready, memory, disk, process ids", {
  look: (stack) => stack.list("nodes"),
  judge: judgeNodes,
});
