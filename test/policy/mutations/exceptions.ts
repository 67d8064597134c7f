/** Mutations that the pack lets pass. */
interface Exception {
  /** What was weakened: `type path`, or `removed type`. */
  readonly of: string;
  /** Stacks in which it passes; all if absent. */
  readonly stacks?: RegExp;
  readonly what?: RegExp;
  readonly because: string;
}

export const exceptions: readonly Exception[] = [
  {
    of: "kubernetes:core/v1:Secret data",
    because: "A Secret without data gives nothing away; its pods don't start.",
  },
  {
    of: "kubernetes:networking.k8s.io/v1:NetworkPolicy spec.podSelector",
    what: /removed$/,
    because: "Without a selector a NetworkPolicy selects all pods, as before.",
  },
  {
    of: "pulumi:providers:kubernetes clusterIdentifier",
    because:
      "Without it, another way to authenticate would replace everything: a promise of this program, which its own tests hold.",
  },
  {
    of: "gcp:container/nodePool:NodePool nodeConfig.taints",
    because:
      "GKE itself taints pools with GPUs; the taint taken away is that of the compute class.",
  },
  {
    of: "kubernetes:core/v1:ResourceQuota spec.hard.[requests.nvidia.com/gpu]",
    what: /^tenancy-ai-models-/,
    because:
      "Nothing asks for a GPU in these namespaces yet; with the first that does, gpu-quota speaks.",
  },
  {
    of: "kubernetes:core/v1:Service spec.type",
    stacks: /^dev-/,
    what: /^api-(worker-)?service: /,
    because:
      "The profile baseline lists these Services for the local stack, which has no load balancer.",
  },
  {
    of: "aws:eks/nodeGroup:NodeGroup subnetIds",
    stacks: /^dev-eks$/,
    what: /network-public-us-east-1a-id/,
    because:
      "The subnet is one of another stack, of which nothing is told; in prod-eks it is caught.",
  },
  {
    of: "eks:index:Cluster privateSubnetIds",
    stacks: /^dev-eks$/,
    what: /network-public-us-east-1a-id/,
    because:
      "The subnet is one of another stack, of which nothing is told; in prod-eks it is caught.",
  },
];

export function exceptionOf(field: string, stack: string, what: string): Exception | undefined {
  return exceptions.find(
    (one) =>
      one.of === field && (one.stacks?.test(stack) ?? true) && (one.what?.test(what) ?? true),
  );
}
