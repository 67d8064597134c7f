import * as aws from "@pulumi/aws";
import * as eks from "@pulumi/eks";
import type * as pulumi from "@pulumi/pulumi";
import type { EksSection } from "../../config/schema.ts";
import { Component } from "../component.ts";
import { oursAndLasting } from "./add-on-options.ts";
import { podTrust, roleWithPolicies } from "./iam.ts";
import { managedPolicy, stackTag, type Place } from "./names.ts";
import type { EksNetwork } from "./network.ts";
import { addOnVersion } from "./versions.ts";

export interface ControlPlaneArgs {
  readonly place: Place;
  readonly section: EksSection;
  readonly network: EksNetwork;
  readonly deletionProtection: boolean;
}

/**
 * What EKS lets a role do in the cluster. Viewers read everything, Secrets among it: a refresh of Pulumi reads each object that
 * it has made. They change nothing.
 */
const accessPolicies = {
  admin: "AmazonEKSClusterAdminPolicy",
  viewer: "AmazonEKSAdminViewPolicy",
} as const;

/** Access entries of IAM roles, named after account and role. */
export function accessEntries(
  { partition }: Pick<Place, "partition">,
  kind: keyof typeof accessPolicies,
  roleArns: readonly string[],
) {
  const policyArn = `arn:${partition}:eks::aws:cluster-access-policy/${accessPolicies[kind]}`;
  const policies = { [kind]: { policyArn, accessScope: { type: "cluster" } } };
  return Object.fromEntries(
    roleArns.map((principalArn) => [
      principalArn.split(":").slice(4).join("-").replaceAll("/", "-"),
      { principalArn, accessPolicies: policies },
    ]),
  );
}

/** Networks that reach the Kubernetes API: the VPC, and those outside that the config names. */
export function endpointAccess(publicAccessCidrs: readonly string[]) {
  const endpointPublicAccess = publicAccessCidrs.length > 0;
  return {
    endpointPrivateAccess: true,
    endpointPublicAccess,
    ...(endpointPublicAccess ? { publicAccessCidrs: [...publicAccessCidrs] } : {}),
  };
}

/** The pod network: policies are enforced, and its interfaces carry the stack's tag. */
function podNetwork({ stack }: Place) {
  return {
    enableNetworkPolicy: true,
    // Sixteen addresses at a time: nodes hold 110 pods instead of the 58 of an m6i.xlarge.
    enablePrefixDelegation: true,
    configurationValues: {
      env: { ADDITIONAL_ENI_TAGS: JSON.stringify({ [stackTag]: stack }) },
    },
  };
}

interface Prerequisites {
  readonly key: aws.kms.Key;
  readonly logs: aws.cloudwatch.LogGroup;
}

/** What the control plane encrypts with and writes to. EKS would make the log group itself, to keep for ever. */
function prerequisites(
  name: string,
  { place, deletionProtection }: ControlPlaneArgs,
  opts: pulumi.CustomResourceOptions,
): Prerequisites {
  const key = new aws.kms.Key(
    `${name}-secrets-key`,
    {
      description: `Secrets of ${place.cluster}`,
      enableKeyRotation: true,
      deletionWindowInDays: deletionProtection ? 30 : 7,
    },
    opts,
  );
  const logs = new aws.cloudwatch.LogGroup(
    `${name}-logs`,
    { name: `/aws/eks/${place.cluster}/cluster`, retentionInDays: 90 },
    opts,
  );
  return { key, logs };
}

function makeCluster(
  name: string,
  args: ControlPlaneArgs & Prerequisites,
  opts: pulumi.ComponentResourceOptions,
): eks.Cluster {
  const { place, section, network, key } = args;
  const held = section.hold?.addOns ?? {};
  return new eks.Cluster(
    name,
    {
      // Subnet tags, the autoscaler and IAM conditions name the cluster before it is there.
      name: place.cluster,
      version: section.version,
      vpcId: network.vpcId,
      publicSubnetIds: [...network.publicSubnetIds],
      privateSubnetIds: [...network.privateSubnetIds.values()],
      kubernetesServiceIpAddressRange: section.network.services,
      ...endpointAccess(section.publicAccessCidrs),
      authenticationMode: eks.AuthenticationMode.Api,
      accessEntries: {
        ...accessEntries(place, "admin", section.adminRoleArns),
        ...accessEntries(place, "viewer", section.viewerRoleArns),
      },
      skipDefaultNodeGroup: true,
      // EKS makes and deletes a group of its own; further ones block the VPC's deletion while interfaces linger.
      skipDefaultSecurityGroups: true,
      nodeAssociatePublicIpAddress: false,
      createOidcProvider: false,
      encryptionConfigKeyArn: key.arn,
      enabledClusterLogTypes: ["api", "audit", "authenticator", "controllerManager", "scheduler"],
      deletionProtection: args.deletionProtection,
      upgradePolicy: { supportType: "STANDARD" },
      // @pulumi/eks itself gives these two add-ons the newest version, unless one is held.
      vpcCniOptions: {
        ...podNetwork(place),
        ...(held["vpc-cni"] ? { addonVersion: held["vpc-cni"] } : {}),
      },
      kubeProxyAddonOptions: {
        enabled: true,
        ...(held["kube-proxy"] ? { version: held["kube-proxy"] } : {}),
      },
      // It needs nodes to become healthy, and they come later: add-ons.ts.
      corednsAddonOptions: { enabled: false },
    },
    // Stops `pulumi destroy` before it begins; EKS's own refusal comes when all that runs on the cluster is gone.
    { ...opts, protect: args.deletionProtection, dependsOn: [args.logs] },
  );
}

const cni = { namespace: "kube-system", name: "aws-node" } as const;

/** The pod network's rights are its own, so that the nodes' role does not have them. */
function podNetworkRole(
  name: string,
  { place, cluster }: { place: Place; cluster: eks.Cluster },
  opts: pulumi.CustomResourceOptions,
): aws.eks.PodIdentityAssociation {
  const { role, attachments } = roleWithPolicies(
    `${name}-pod-network`,
    {
      trust: podTrust(place, cni),
      description: `Pod network of ${place.cluster}`,
      managed: [managedPolicy(place, "AmazonEKS_CNI_Policy")],
    },
    opts,
  );
  return new aws.eks.PodIdentityAssociation(
    `${name}-pod-network-identity`,
    {
      clusterName: cluster.eksCluster.name,
      namespace: cni.namespace,
      serviceAccount: cni.name,
      roleArn: role.arn,
    },
    { ...opts, dependsOn: [...attachments] },
  );
}

/** The Kubernetes API, and the pod network and identities that nodes need at once. */
export class ControlPlane extends Component {
  readonly cluster: eks.Cluster;
  readonly clusterName: pulumi.Output<string>;
  /** The group that EKS makes for its control plane and all nodes. */
  readonly securityGroupId: pulumi.Output<string>;
  /** Nodes come after these. */
  readonly beforeNodes: readonly pulumi.Resource[];

  constructor(name: string, args: ControlPlaneArgs, opts: pulumi.ComponentResourceOptions) {
    super("infra", "ControlPlane", name, opts);
    const inside = { parent: this };
    const needs = prerequisites(name, args, inside);
    // Named, because the component is made by a plugin: an inherited provider would be the engine's business.
    const remote = { ...inside, providers: opts.providers };
    this.cluster = makeCluster(`${name}-cluster`, { ...args, ...needs }, remote);
    this.clusterName = this.cluster.eksCluster.name;
    this.securityGroupId = this.cluster.clusterSecurityGroupId;
    const agent = new aws.eks.Addon(
      `${name}-identity-agent`,
      {
        clusterName: this.clusterName,
        addonName: "eks-pod-identity-agent",
        addonVersion: addOnVersion("eks-pod-identity-agent", args.section, inside),
        ...oursAndLasting,
      },
      inside,
    );
    const identity = podNetworkRole(name, { place: args.place, cluster: this.cluster }, inside);
    this.beforeNodes = [this.cluster, agent, identity, ...args.network.ways];
    this.registerOutputs({ clusterName: this.clusterName });
  }
}
