import * as aws from "@pulumi/aws";
import type { ClusterArgs } from "@pulumi/eks";
import * as pulumi from "@pulumi/pulumi";
import type { ServiceRole } from "./service-role.ts";

export function subnetsOf(args: ClusterArgs): pulumi.Output<string[]> {
  if (args.subnetIds !== undefined) return pulumi.output(args.subnetIds);
  return pulumi
    .all([args.publicSubnetIds ?? [], args.privateSubnetIds ?? []])
    .apply(([outside, inside]) => [...outside, ...inside]);
}

function encryptionOf(args: ClusterArgs) {
  const keyArn = args.encryptionConfigKeyArn;
  return keyArn === undefined ? undefined : { provider: { keyArn }, resources: ["secrets"] };
}

function networkOf(args: ClusterArgs) {
  const serviceIpv4Cidr = args.kubernetesServiceIpAddressRange;
  if (serviceIpv4Cidr === undefined && args.ipFamily === undefined) return undefined;
  return { serviceIpv4Cidr, ipFamily: args.ipFamily ?? "ipv4" };
}

/** The real component refuses this one as soon as it knows both. */
function publicCidrs(args: ClusterArgs): pulumi.Output<string[]> | undefined {
  if (args.publicAccessCidrs === undefined) return undefined;
  return pulumi
    .all([args.publicAccessCidrs, args.endpointPublicAccess ?? true])
    .apply(([cidrs, open]) => {
      if (open) return cidrs;
      throw new Error("`publicAccessCidrs` can only be set when `endpointPublicAccess` is true");
    });
}

function tagsOf(name: string, args: ClusterArgs): pulumi.Output<Record<string, string>> {
  return pulumi
    .all([args.clusterTags ?? {}, args.tags ?? {}])
    .apply(([own, all]): Record<string, string> => ({
      Name: `${name}-eksCluster`,
      ...own,
      ...all,
    }));
}

function inputsOf(name: string, args: ClusterArgs, role: ServiceRole): aws.eks.ClusterArgs {
  const { authenticationMode, endpointPrivateAccess, endpointPublicAccess } = args;
  return {
    name: args.name,
    roleArn: role.role.arn,
    version: args.version,
    vpcConfig: {
      subnetIds: subnetsOf(args),
      endpointPrivateAccess,
      endpointPublicAccess,
      publicAccessCidrs: publicCidrs(args),
    },
    kubernetesNetworkConfig: networkOf(args),
    encryptionConfig: encryptionOf(args),
    enabledClusterLogTypes: args.enabledClusterLogTypes,
    accessConfig: { authenticationMode, bootstrapClusterCreatorAdminPermissions: true },
    bootstrapSelfManagedAddons: args.bootstrapSelfManagedAddons ?? true,
    upgradePolicy: args.upgradePolicy,
    deletionProtection: args.deletionProtection,
    tags: tagsOf(name, args),
  };
}

/** The control plane itself, under the name and with the inputs that @pulumi/eks gives it. */
export function controlPlane(
  name: string,
  args: { inputs: ClusterArgs; role: ServiceRole },
  parent: pulumi.Resource,
): aws.eks.Cluster {
  return new aws.eks.Cluster(`${name}-eksCluster`, inputsOf(name, args.inputs, args.role), {
    parent,
    dependsOn: [...args.role.attachments],
    ignoreChanges: [
      "accessConfig.bootstrapClusterCreatorAdminPermissions",
      "bootstrapSelfManagedAddons",
    ],
  });
}
