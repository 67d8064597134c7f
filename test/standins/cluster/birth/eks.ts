import { configMap, nameServer, storageClass, type Newborn } from "./objects.ts";

/** What an EKS cluster has from birth, as far as the platform meets it; gp2 is no default since 1.30. */
export const eksBirth: readonly Newborn[] = [
  storageClass("gp2", "kubernetes.io/aws-ebs", { parameters: { type: "gp2", fsType: "ext4" } }),
  configMap("coredns", { Corefile: ".:53 {\n  kubernetes cluster.local\n}\n" }),
  configMap("kube-proxy-config", { config: "mode: iptables\n" }),
  configMap("amazon-vpc-cni", { "enable-network-policy-controller": "false" }),
  ...nameServer("coredns", 2),
];
