/** Mutations that the pack does not report. */
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
    of: "kubernetes:apps/v1:StatefulSet spec.template.spec.automountServiceAccountToken",
    what: /^postgres-server-set/,
    because:
      "Servers of the database may have a token, since Patroni needs one for three of them; the account of one alone has no rights.",
  },
  {
    of: "kubernetes:core/v1:Secret data",
    because: "A Secret without data reveals nothing; its pods don't start.",
  },
  {
    of: "kubernetes:networking.k8s.io/v1:NetworkPolicy spec.podSelector",
    what: /removed$/,
    because: "Without a selector a NetworkPolicy selects all pods, as before.",
  },
  {
    of: "pulumi:providers:kubernetes clusterIdentifier",
    because:
      "Without it, another way to authenticate would replace everything: a promise of this program, which test/golden/promises.test.ts holds.",
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
      "Nothing asks for a GPU in these namespaces yet; with the first that does, gpu-quota reports it.",
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
    what: /network-public-use1-az1-id/,
    because:
      "The subnet is one of another stack, about which the engine says nothing; in prod-eks it is reported.",
  },
  {
    of: "eks:index:Cluster privateSubnetIds",
    stacks: /^dev-eks$/,
    what: /network-public-use1-az1-id/,
    because:
      "The subnet is one of another stack, about which the engine says nothing; in prod-eks it is reported.",
  },
];

export function exceptionOf(field: string, stack: string, what: string): Exception | undefined {
  return exceptions.find(
    (one) =>
      one.of === field && (one.stacks?.test(stack) ?? true) && (one.what?.test(what) ?? true),
  );
}

const label = "a label or a taint, which says where pods go";
const running = "how well it runs, not who gets in";
const cost = "what it costs";
const watching = "what is measured";
const stricter = "it is open to named networks: the other position is stricter";

/** Switches whose other position makes nothing less secure, each with what it is about. */
export const harmless: Readonly<Record<string, string>> = {
  "aws:ec2/launchTemplate:LaunchTemplate blockDeviceMappings.*.ebs.deleteOnTermination": cost,
  "aws:ec2/launchTemplate:LaunchTemplate updateDefaultVersion": "node groups name their version",
  "aws:ec2/vpc:Vpc enableDnsHostnames": running,
  "aws:ec2/vpc:Vpc enableDnsSupport": running,
  "aws:eks/addon:Addon preserve": "whether an add-on outlives its resource",
  "aws:eks/nodeGroup:NodeGroup labels.nvidia.com/gpu.present": label,
  "aws:eks/nodeGroup:NodeGroup nodeRepairConfig.enabled": running,
  "aws:eks/nodeGroup:NodeGroup tags.k8s.io/cluster-autoscaler/enabled": running,
  "aws:eks/nodeGroup:NodeGroup tags.k8s.io/cluster-autoscaler/node-template/label/framewright.dev/video-encode":
    label,
  "aws:eks/nodeGroup:NodeGroup tags.k8s.io/cluster-autoscaler/node-template/label/nvidia.com/gpu.present":
    label,
  "aws:eks/nodeGroup:NodeGroup taints.*.value": label,
  "aws:rds/instance:Instance copyTagsToSnapshot": "whether leftovers are found",
  "aws:rds/instance:Instance multiAz": running,
  "aws:rds/instance:Instance performanceInsightsEnabled": watching,
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration rules.*.expiration.expiredObjectDeleteMarker":
    cost,
  "eks:index:Cluster corednsAddonOptions.enabled": running,
  "eks:index:Cluster createOidcProvider": "a way to identities that nothing here takes",
  "eks:index:Cluster endpointPublicAccess": stricter,
  "eks:index:Cluster kubeProxyAddonOptions.enabled": running,
  "eks:index:Cluster skipDefaultSecurityGroups":
    "which groups there are; both let in the cluster alone",
  "eks:index:Cluster vpcCniOptions.enablePrefixDelegation": running,
  "gcp:compute/routerNat:RouterNat enableDynamicPortAllocation": running,
  "gcp:compute/routerNat:RouterNat enableEndpointIndependentMapping": running,
  "gcp:compute/routerNat:RouterNat logConfig.enable": watching,
  "gcp:container/cluster:Cluster addonsConfig.dnsCacheConfig.enabled": running,
  "gcp:container/cluster:Cluster addonsConfig.gcePersistentDiskCsiDriverConfig.enabled": running,
  "gcp:container/cluster:Cluster addonsConfig.horizontalPodAutoscaling.disabled": running,
  "gcp:container/cluster:Cluster addonsConfig.httpLoadBalancing.disabled": running,
  "gcp:container/cluster:Cluster clusterAutoscaling.defaultComputeClassEnabled":
    "which pools grow for whom",
  "gcp:container/cluster:Cluster costManagementConfig.enabled": watching,
  "gcp:container/cluster:Cluster enableL4IlbSubsetting": running,
  "gcp:container/cluster:Cluster monitoringConfig.managedPrometheus.enabled": watching,
  "gcp:container/nodePool:NodePool nodeConfig.taints.*.value": label,
  "gcp:container/nodePool:NodePool nodeDrainConfigs.*.respectPdbDuringNodePoolDeletion": running,
  "gcp:sql/databaseInstance:DatabaseInstance settings.diskAutoresize": running,
  "gcp:sql/databaseInstance:DatabaseInstance settings.insightsConfig.queryInsightsEnabled":
    watching,
  "gcp:sql/databaseInstance:DatabaseInstance settings.ipConfiguration.pscConfigs.*.pscEnabled":
    "the private way in: without it there is none",
  "pulumi:providers:aws skipCredentialsValidation": "when wrong credentials are noticed",
  "pulumi:providers:aws skipRegionValidation": "when a wrong region is noticed",
};
