import * as aws from "@pulumi/aws";
import type { ClusterArgs } from "@pulumi/eks";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { accessEntries } from "./access.ts";
import { managedAddon } from "./addons.ts";
import { controlPlane, subnetsOf } from "./control-plane.ts";
import { kubeconfigOf } from "./kubeconfig.ts";
import { ServiceRole } from "./service-role.ts";
import { VpcCniAddon } from "./vpc-cni.ts";

/** Only the component itself uses the kubeconfig with a profile: the one it hands out is for everybody. */
function kubeconfig(args: ClusterArgs, cluster: aws.eks.Cluster, withProfile: boolean) {
  const { name, endpoint, certificateAuthority, arn } = cluster;
  const credentials = args.providerCredentialOpts ?? {};
  return pulumi
    .all([pulumi.all([name, endpoint, arn]), certificateAuthority, credentials])
    .apply(([[name, endpoint, arn], { data: certificate }, { roleArn, profileName }]) => {
      const profile = withProfile ? profileName : undefined;
      return kubeconfigOf({ name, endpoint, arn, certificate, roleArn, profile });
    });
}

/** The last intermediate authority of Amazon's issuers; only its length and alphabet are looked at. */
const thumbprint = "9e99a48a9960b14926bb7f3b02e22da2b0ab7280";

function issuerOf(cluster: aws.eks.Cluster): pulumi.Output<string> {
  return cluster.identities.apply((identities) => identities[0]?.oidcs[0]?.issuer ?? "");
}

function serviceRole(name: string, args: ClusterArgs, parent: pulumi.Resource): ServiceRole {
  const description = "Allows EKS to manage clusters on your behalf.";
  const { partition } = aws.getPartitionOutput({}, { parent });
  return new ServiceRole(
    `${name}-eksRole`,
    {
      service: "eks.amazonaws.com",
      description,
      policies: ["AmazonEKSClusterPolicy"],
      partition,
      tags: args.tags,
    },
    { parent },
  );
}

/** What follows the control plane: the add-ons, each under its name in @pulumi/eks. */
function addons(
  name: string,
  { inputs, cluster }: { inputs: ClusterArgs; cluster: aws.eks.Cluster },
  opts: { parent: pulumi.Resource; provider: k8s.Provider; access: pulumi.Resource[] },
): void {
  const { tags, kubeProxyAddonOptions = {}, corednsAddonOptions = {} } = inputs;
  const { parent, provider, access } = opts;
  if (kubeProxyAddonOptions.enabled !== false) {
    const args = { addonName: "kube-proxy", cluster, options: kubeProxyAddonOptions, tags };
    managedAddon(`${name}-kube-proxy`, args, parent);
  }
  if (inputs.useDefaultVpcCni !== true) {
    const args = { cluster, options: inputs.vpcCniOptions ?? {}, tags };
    const inherited = { parent, dependsOn: access, providers: { kubernetes: provider } };
    new VpcCniAddon(`${name}-vpc-cni`, args, inherited);
  }
  // With no default node group that it could run on, this one has to be asked for.
  const values = corednsAddonOptions.configurationValues;
  if (corednsAddonOptions.enabled === true || values !== undefined) {
    const args = { addonName: "coredns", cluster, options: corednsAddonOptions, tags };
    managedAddon(`${name}-coredns`, args, parent);
  }
}

function identityProvider(
  name: string,
  cluster: aws.eks.Cluster,
  parent: pulumi.Resource,
): aws.iam.OpenIdConnectProvider {
  return new aws.iam.OpenIdConnectProvider(
    `${name}-oidcProvider`,
    {
      clientIdLists: ["sts.amazonaws.com"],
      url: issuerOf(cluster),
      thumbprintLists: [thumbprint],
    },
    { parent },
  );
}

/** `eks:index:Cluster` as @pulumi/eks makes it from an API-authenticated cluster without default node group. */
export class Cluster extends pulumi.ComponentResource {
  /** Every output of the real component that its inputs can give a value to. */
  readonly state: pulumi.Inputs;

  constructor(name: string, args: ClusterArgs, opts: pulumi.ComponentResourceOptions) {
    super("eks:index:Cluster", name, args, opts);
    const role = serviceRole(name, args, this);
    const cluster = controlPlane(name, { inputs: args, role }, this);
    const provider = new k8s.Provider(
      `${name}-eks-k8s`,
      { kubeconfig: pulumi.jsonStringify(kubeconfig(args, cluster, true)) },
      { parent: this },
    );
    const access = accessEntries(name, { cluster, entries: args.accessEntries ?? {} }, this);
    addons(name, { inputs: args, cluster }, { parent: this, provider, access });
    const oidc =
      args.createOidcProvider === true ? identityProvider(name, cluster, this) : undefined;
    this.state = stateOf(args, { role, cluster, provider, oidc });
    this.registerOutputs(this.state);
  }
}

interface Made {
  readonly role: ServiceRole;
  readonly cluster: aws.eks.Cluster;
  readonly provider: k8s.Provider;
  readonly oidc: aws.iam.OpenIdConnectProvider | undefined;
}

function coreOf(args: ClusterArgs, made: Made): pulumi.Inputs {
  const { vpcId, publicSubnetIds, privateSubnetIds, tags } = args;
  return {
    cluster: made.cluster,
    clusterIamRole: made.role.role,
    endpoint: made.cluster.endpoint,
    provider: made.provider,
    oidcProvider: made.oidc,
    kubeconfig: kubeconfig(args, made.cluster, false),
    nodeGroupOptions: {},
    instanceRoles: [],
    storageClasses: {},
    subnetIds: subnetsOf(args),
    vpcId,
    publicSubnetIds,
    privateSubnetIds,
    tags,
  };
}

function stateOf(args: ClusterArgs, made: Made): pulumi.Inputs {
  const { cluster, oidc } = made;
  const securityGroupId = cluster.vpcConfig.clusterSecurityGroupId;
  const issuer = issuerOf(cluster);
  return {
    eksCluster: cluster,
    core: coreOf(args, made),
    kubeconfig: kubeconfig(args, cluster, false),
    kubeconfigJson: pulumi.jsonStringify(kubeconfig(args, cluster, false)),
    clusterSecurityGroupId: securityGroupId,
    nodeSecurityGroupId: securityGroupId,
    clusterIngressRuleId: "",
    instanceRoles: [],
    defaultNodeGroupAsgName: "",
    fargateProfileId: "",
    fargateProfileStatus: "",
    autoModeNodeRoleName: "",
    oidcProviderArn: oidc?.arn ?? "",
    oidcProviderUrl: issuer,
    oidcIssuer: issuer.apply((url) => url.replace("https://", "")),
  };
}
