import { at, textAt, type JsonObject } from "../../../tools/plugins/kit/json.ts";

/** The newest version of each add-on that the simulated EKS offers. */
const addons: Readonly<Record<string, string>> = {
  "aws-ebs-csi-driver": "v1.61.0-eksbuild.1",
  coredns: "v1.13.2-eksbuild.4",
  "eks-node-monitoring-agent": "v1.5.2-eksbuild.1",
  "eks-pod-identity-agent": "v1.3.10-eksbuild.2",
  "kube-proxy": "v1.35.3-eksbuild.2",
  "metrics-server": "v0.8.1-eksbuild.2",
  "snapshot-controller": "v8.5.0-eksbuild.1",
  "vpc-cni": "v1.21.1-eksbuild.7",
};

/** Empty for what EKS has no add-on of. */
export function newestAddon(name: string): string {
  return addons[name] ?? "";
}

function addonVersion(args: JsonObject): JsonObject {
  const addonName = textAt(args, "addonName") ?? "";
  const version = newestAddon(addonName);
  if (version === "") throw new Error(`no add-on ${addonName} for this Kubernetes version`);
  const kubernetesVersion = textAt(args, "kubernetesVersion") ?? "";
  return {
    addonName,
    id: addonName,
    kubernetesVersion,
    mostRecent: at(args, "mostRecent") ?? false,
    version,
  };
}

function partition(): JsonObject {
  const reverseDnsPrefix = "com.amazonaws";
  return { dnsSuffix: "amazonaws.com", id: "aws", partition: "aws", reverseDnsPrefix };
}

/**
 * What the component of @pulumi/eks asks AWS, in previews as well. A program of ours asks nothing: it takes such
 * values from its config.
 */
export const functions: ReadonlyMap<string, (args: JsonObject) => JsonObject> = new Map([
  ["aws:index/getPartition:getPartition", partition],
  ["aws:eks/getAddonVersion:getAddonVersion", addonVersion],
]);
