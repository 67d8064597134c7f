import { Type } from "typebox";
import { kubernetesDocs } from "../../kit/frameworks.ts";
import { isPresent, textAt } from "../../kit/json.ts";
import { podRule } from "../../kit/pod-rule.ts";
import type { Pod } from "../../kit/pods.ts";
import { nvidiaGpusOf } from "./gpu-requests.ts";
import { isFor, selectedNodes, tolerationsOf } from "./node-selection.ts";

const nodeLabels = [
  ...["cloud.google.com/gke-accelerator", "cloud.google.com/gke-nodepool"],
  ...["cloud.google.com/compute-class", "eks.amazonaws.com/instance-gpu-name"],
  ...["eks.amazonaws.com/nodegroup", "k8s.amazonaws.com/accelerator"],
  ...["node.kubernetes.io/instance-type", "nvidia.com/gpu.present", "nvidia.com/gpu.product"],
];

/** What GKE, and every program of ours, taints nodes with GPUs by; the values differ. */
const taint = { key: "nvidia.com/gpu", effect: "NoSchedule" };

function isTolerated(pod: Pod): boolean {
  return tolerationsOf(pod).some((one) => one.operator === "Exists" && isFor(one, taint));
}

function* gpuPodFaults(pod: Pod, labels: readonly string[]) {
  if (!isTolerated(pod)) {
    yield `asks for a GPU and does not tolerate the taint ${taint.key}:NoSchedule of the nodes with one`;
  }
  if (selectedNodes(pod, labels).some((alternative) => alternative.size === 0)) {
    yield "asks for a GPU and does not say on which nodes, by a label that tells GPUs apart";
  }
}

/** A DaemonSet without a GPU of its own may be there to serve them, as device plugins are. */
function* otherPodFaults(pod: Pod) {
  if (pod.subject.kind === "DaemonSet") return;
  const found = tolerationsOf(pod).find((one) => isFor(one, taint));
  if (found === undefined) return;
  const how = found.key === undefined ? "every taint, that of GPUs too," : `the taint ${taint.key}`;
  yield `tolerates ${how} and asks for no GPU, so that it can fill nodes that are paid for theirs`;
}

/** The kubelet runs what names its node without asking the scheduler; in an object that is there, that one wrote it. */
function namesNode({ spec, subject }: Pod): boolean {
  return !isPresent(subject.props, "status") && (textAt(spec, "nodeName") ?? "") !== "";
}

export const gpuPlacement = podRule({
  name: "gpu-placement",
  title: "Pods with a GPU say on which nodes they run, and other pods stay off those",
  why: "A pod without the toleration never starts, one without a node selection gets whatever GPU is free, and a pod without a GPU keeps an expensive node alive.",
  fix: "with a GPU, set tolerations to key nvidia.com/gpu with operator Exists, and nodeSelector to a label of the GPU; without one, remove the toleration; remove nodeName",
  severity: "medium",
  frameworks: [kubernetesDocs("Taints and Tolerations: nodes with special hardware")],
  config: Type.Object({
    labels: Type.Array(Type.String(), {
      default: nodeLabels,
      description: "Labels of nodes of which a pod with a GPU has to select one.",
    }),
  }),
  check: (pod, report, { labels }) => {
    const hasGpu = nvidiaGpusOf(pod).length > 0;
    report(...(hasGpu ? gpuPodFaults(pod, labels) : otherPodFaults(pod)));
    if (namesNode(pod)) {
      report("is put on its node by nodeName, past every taint and the scheduler");
    }
  },
});
