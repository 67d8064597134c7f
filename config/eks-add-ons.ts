/** The add-ons of a cluster on EKS, by EKS's own names. */
export const eksAddOns = [
  "vpc-cni",
  "kube-proxy",
  "coredns",
  "aws-ebs-csi-driver",
  "metrics-server",
  "eks-pod-identity-agent",
  "eks-node-monitoring-agent",
] as const;

export type EksAddOn = (typeof eksAddOns)[number];
