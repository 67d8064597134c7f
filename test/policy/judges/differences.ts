import type { Critical } from "./kube-score.ts";

/** Where the pack holds another opinion than a judge. docs/decisions/0016 has the same for people. */
interface Difference {
  readonly check: string;
  /** The objects that it is about; all if absent. `*` stands for any text. */
  readonly object?: string;
  readonly because: string;
}

export const differences: readonly Difference[] = [
  {
    check: "container-image-pull-policy",
    because:
      "Images are named by exact tags: pulling again only makes a start depend on a registry.",
  },
  {
    check: "container-ephemeral-storage-request-and-limit",
    because:
      "Roots are read-only and every emptyDir has a limit of its own, which the rule empty-dir-limits asks for.",
  },
  {
    check: "container-resources",
    because:
      "A CPU limit throttles what has room beside it; the rule resource-limits says in its exemptions which containers go without.",
  },
  {
    check: "pod-probes-identical",
    because:
      "The rule probe-timing asks that a container is killed no earlier than it is taken out of service; what is asked may be the same.",
  },
  {
    check: "networkpolicy-targets-pod",
    object: "NetworkPolicy ai-models-*/*",
    because: "The namespaces of the models are guarded before somebody brings a model.",
  },
  {
    check: "pod-networkpolicy",
    object: "* kube-system/*",
    because:
      "Who owns kube-system, the cloud, decides what its pods reach. The device plug-ins open no port; the autoscaler calls the cloud's API.",
  },
  {
    check: "container-security-context-user-group-id",
    object: "DaemonSet kube-system/nvidia-device-plugin-*",
    because: "The kubelet's folder of sockets, in which it registers, belongs to root.",
  },
];

function matches(pattern: string, text: string): boolean {
  const parts = pattern
    .split("*")
    .map((part) => part.replace(/[\\^$.|?+()[\]{}/]/g, String.raw`\$&`));
  return new RegExp(`^${parts.join(".*")}$`).test(text);
}

/** The difference that explains a verdict. */
export function differenceOf({ check, object }: Critical): Difference | undefined {
  return differences.find((one) => one.check === check && matches(one.object ?? "*", object));
}
