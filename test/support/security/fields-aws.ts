import type { SecurityField } from "./mutate.ts";

const cluster = "eks:index:Cluster";
const template = "aws:ec2/launchTemplate:LaunchTemplate";
const nodeGroup = "aws:eks/nodeGroup:NodeGroup";
const bucket = "aws:s3/bucket:Bucket";
const database = "aws:rds/instance:Instance";
const repository = "aws:ecr/repository:Repository";

const everybody = ["0.0.0.0/0"];
const everybodyInHalves = ["0.0.0.0/1", "128.0.0.0/1"];
const publicSubnet = "network-public-us-east-1a-id";

/** Policies are text: in what they say, one word is weakened. */
function rewritten(...edits: (readonly [RegExp, string])[]) {
  return (policy: unknown): readonly unknown[] =>
    edits
      .map(([word, by]) => String(policy).replace(word, by))
      .filter((weaker) => weaker !== policy);
}

export const awsFields: readonly SecurityField[] = [
  // IMDSv2
  { of: template, path: "metadataOptions", weak: [] },
  { of: template, path: "metadataOptions.httpTokens", weak: ["optional"] },
  { of: template, path: "metadataOptions.httpPutResponseHopLimit", weak: [2, 64] },
  // Encryption
  { of: template, path: "blockDeviceMappings", weak: [[]] },
  { of: template, path: "blockDeviceMappings.*.ebs", weak: [] },
  { of: template, path: "blockDeviceMappings.*.ebs.encrypted", weak: ["false"] },
  { of: cluster, path: "encryptionConfigKeyArn", weak: [""] },
  { of: "aws:kms/key:Key", path: "enableKeyRotation", weak: [false] },
  {
    of: "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
    path: "rules",
    weak: [[]],
  },
  { of: repository, path: "encryptionConfigurations", weak: [[]] },
  { of: database, path: "storageEncrypted", weak: [false] },
  { of: database, path: "parameterGroupName", weak: ["default.postgres17"] },
  {
    of: "aws:rds/parameterGroup:ParameterGroup",
    path: "parameters",
    weak: [[], [{ name: "rds.force_ssl", value: "0" }]],
  },
  // Who reaches the control plane, and as whom
  { of: cluster, path: "publicAccessCidrs", weak: [everybody, everybodyInHalves, []] },
  { of: cluster, path: "endpointPrivateAccess", weak: [false] },
  { of: cluster, path: "authenticationMode", weak: ["CONFIG_MAP", "API_AND_CONFIG_MAP"] },
  { of: cluster, path: "enabledClusterLogTypes", weak: [[], ["scheduler"]] },
  // Private nodes
  { of: cluster, path: "nodeAssociatePublicIpAddress", weak: [true] },
  { of: cluster, path: "skipDefaultNodeGroup", weak: [false] },
  { of: cluster, path: "privateSubnetIds", weak: [[publicSubnet]] },
  { of: nodeGroup, path: "subnetIds", weak: [[publicSubnet], []] },
  { of: nodeGroup, path: "launchTemplate", weak: [{ id: "somebody-elses", version: "1" }] },
  { of: nodeGroup, path: "remoteAccess", weak: [{ ec2SshKey: "key" }], optional: true },
  { of: "aws:ec2/subnet:Subnet", path: "mapPublicIpOnLaunch", weak: [true] },
  // Network policy and security groups
  { of: cluster, path: "vpcCniOptions", weak: [] },
  { of: cluster, path: "vpcCniOptions.enableNetworkPolicy", weak: [false] },
  {
    of: "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
    path: "ingress",
    weak: [[{ protocol: "-1", self: true }]],
  },
  {
    of: "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
    path: "egress",
    weak: [[{ protocol: "-1", cidrBlocks: everybody }]],
  },
  { of: "aws:ec2/flowLog:FlowLog", path: "trafficType", weak: ["ACCEPT"] },
  {
    of: "aws:ec2/securityGroup:SecurityGroup",
    path: "ingress",
    weak: [[{ cidrBlocks: everybody }]],
    optional: true,
  },
  {
    of: "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
    path: "referencedSecurityGroupId",
    weak: [""],
  },
  {
    of: "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
    path: "cidrIpv4",
    weak: ["0.0.0.0/0"],
    optional: true,
  },
  { of: database, path: "publiclyAccessible", weak: [true] },
  // Buckets and images
  ...["blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"].map(
    (path) => ({
      of: "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
      path,
      weak: [false],
    }),
  ),
  {
    of: "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
    path: "rule.objectOwnership",
    weak: ["ObjectWriter", "BucketOwnerPreferred"],
  },
  {
    of: "aws:s3/bucketPolicy:BucketPolicy",
    path: "policy",
    weak: rewritten(
      [/"Deny"/, '"Allow"'],
      [/"Principal":"\*",/, ""],
      [/,"Condition":\{.*?\}\}/, ""],
    ),
  },
  {
    of: "aws:s3/bucketVersioning:BucketVersioning",
    path: "versioningConfiguration.status",
    weak: ["Suspended", "Disabled"],
  },
  { of: repository, path: "imageTagMutability", weak: ["MUTABLE"] },
  { of: repository, path: "imageScanningConfiguration.scanOnPush", weak: [false] },
  // Deletion
  { of: cluster, path: "deletionProtection", weak: [false], inProduction: true },
  { of: bucket, path: "forceDestroy", weak: [true], inProduction: true },
  { of: repository, path: "forceDelete", weak: [true], inProduction: true },
  { of: database, path: "deletionProtection", weak: [false], inProduction: true },
  { of: database, path: "autoMinorVersionUpgrade", weak: [false] },
  { of: database, path: "deleteAutomatedBackups", weak: [true], inProduction: true },
  { of: database, path: "skipFinalSnapshot", weak: [true], inProduction: true },
  { of: database, path: "backupRetentionPeriod", weak: [0, 1], inProduction: true },
  // Identities
  { of: database, path: "password", weak: ["in plain text"] },
  {
    of: "aws:iam/role:Role",
    path: "assumeRolePolicy",
    weak: rewritten(
      [/\{"Service":"[^"]+"\}/, '{"AWS":"*"}'],
      [/,"Condition":\{.*?\}\}/, ""],
      [/"aws:RequestTag\/kubernetes-service-account":"[^"]+"/, '"aws:RequestTag/x":"y"'],
    ),
  },
  {
    of: "aws:iam/rolePolicy:RolePolicy",
    path: "policy",
    weak: rewritten(
      [/"Action":\[[^\]]+\]/, '"Action":"*"'],
      [/"Action":\[[^\]]+\]/, '"Action":["s3:*"]'],
      [
        /"Action":\[("[^\]]+)\],"Resource":"[^*"][^"]*"/,
        '"Action":["s3:DeleteBucket"],"Resource":"*"',
      ],
      [/,"Condition":\{.*?\}\}/, ""],
    ),
  },
  {
    of: "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
    path: "policyArn",
    weak: ["arn:aws:iam::aws:policy/AdministratorAccess"],
  },
  { of: "pulumi:providers:aws", path: "allowedAccountIds", weak: ["[]"] },
  { of: "pulumi:providers:aws", path: "defaultTags", weak: ["{}"] },
];

/** Types of which none can be missing. */
export const awsGuards: readonly string[] = [
  "aws:kms/key:Key",
  "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
  "aws:ec2/flowLog:FlowLog",
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
  "aws:s3/bucketPolicy:BucketPolicy",
  "aws:s3/bucketVersioning:BucketVersioning",
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
  "aws:rds/parameterGroup:ParameterGroup",
  "aws:ec2/launchTemplate:LaunchTemplate",
];
