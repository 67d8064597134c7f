import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { EksAddOn } from "../../config/eks-add-ons.ts";
import type { EksSection } from "../../config/schema.ts";
import type { NodeSpec } from "./node-spec.ts";

/** What the stack file says of versions. */
export type Versions = Pick<EksSection, "version" | "hold">;

/**
 * The newest version of an add-on for the cluster's Kubernetes, asked at each deploy. Without a version EKS installs one on the
 * first day and never another one.
 */
export function addOnVersion(
  addonName: EksAddOn,
  { version, hold }: Versions,
  opts: pulumi.InvokeOutputOptions,
): pulumi.Input<string> {
  const held = hold?.addOns?.[addonName];
  if (held !== undefined) return held;
  const asked = { addonName, kubernetesVersion: version, mostRecent: true };
  return aws.eks.getAddonVersionOutput(asked, opts).version;
}

/** How AWS's parameters call the images (AWS, "Retrieve recommended Amazon Linux AMI IDs"). */
const variants = {
  AL2023_x86_64_STANDARD: "standard",
  AL2023_x86_64_NVIDIA: "nvidia",
} as const satisfies Record<NodeSpec["amiType"], string>;

/** Where AWS publishes the newest release of an image for a version of Kubernetes. */
function releaseParameter(amiType: NodeSpec["amiType"], version: string): string {
  const image = `${version}/amazon-linux-2023/x86_64/${variants[amiType]}`;
  return `/aws/service/eks/optimized-ami/${image}/recommended/release_version`;
}

/** Of nodes that are held at a release it is the release's, which may be behind the control plane. */
export function nodeVersion({ version, hold }: Versions): string {
  return hold?.nodes?.replace(/\.[0-9]+-[0-9]+$/, "") ?? version;
}

/** The newest release of the image of a node group, asked at each deploy: EKS itself replaces no node for a newer one. */
export function nodeRelease(
  amiType: NodeSpec["amiType"],
  { version, hold }: Versions,
  opts: pulumi.InvokeOutputOptions,
): pulumi.Input<string> {
  if (hold?.nodes !== undefined) return hold.nodes;
  const name = releaseParameter(amiType, version);
  // Some parameters are secrets, so that Pulumi takes the answer for one; this one AWS publishes.
  return pulumi.unsecret(aws.ssm.getParameterOutput({ name }, opts).insecureValue);
}

/** The fields that move by themselves, by type; those of the add-ons that @pulumi/eks makes as well. */
const moving = new Map([
  ["aws:eks/addon:Addon", "addonVersion"],
  ["aws:eks/nodeGroup:NodeGroup", "releaseVersion"],
]);

/** Leaves add-ons and nodes at the versions that they have: what AWS has published since the last deploy is no drift. */
export function keepVersions(): void {
  pulumi.runtime.registerResourceTransform(({ type, props, opts }) => {
    const field = moving.get(type);
    if (field === undefined) return undefined;
    return { props, opts: pulumi.mergeOptions(opts, { ignoreChanges: [field] }) };
  });
}
