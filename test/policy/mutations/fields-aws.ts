import { fieldsOf, type Field } from "./mutate.ts";

const template = "aws:ec2/launchTemplate:LaunchTemplate";
const parameters = "aws:rds/parameterGroup:ParameterGroup";
const block = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock";
const ownership = "aws:s3/bucketOwnershipControls:BucketOwnershipControls";
const bucketPolicy = "aws:s3/bucketPolicy:BucketPolicy";
const versioning = "aws:s3/bucketVersioning:BucketVersioning";
const encryption =
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration";
const securityGroup = "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup";
const flowLog = "aws:ec2/flowLog:FlowLog";

const everybody = ["0.0.0.0/0"];
const publicSubnet = "network-public-use1-az1-id";
const condition = [/,"Condition":\{.*?\}\}/, ""] as const;

/** Policies are text: in what they say, one word is weakened. */
function rewritten(...edits: (readonly [RegExp, string])[]) {
  return (policy: unknown): readonly unknown[] =>
    edits
      .map(([word, by]) => String(policy).replace(word, by))
      .filter((weaker) => weaker !== policy);
}

function inProduction(...weak: readonly unknown[]) {
  return { weak, inProduction: true };
}

export const awsFields: readonly Field[] = [
  ...fieldsOf(template, {
    metadataOptions: [],
    "metadataOptions.httpTokens": ["optional"],
    "metadataOptions.httpPutResponseHopLimit": [2, 64],
    blockDeviceMappings: [[]],
    "blockDeviceMappings.*.ebs": [],
    "blockDeviceMappings.*.ebs.encrypted": ["false"],
  }),
  ...fieldsOf("eks:index:Cluster", {
    encryptionConfigKeyArn: [""],
    publicAccessCidrs: [everybody, ["0.0.0.0/1", "128.0.0.0/1"], []],
    endpointPrivateAccess: [false],
    authenticationMode: ["CONFIG_MAP", "API_AND_CONFIG_MAP"],
    enabledClusterLogTypes: [[], ["scheduler"]],
    nodeAssociatePublicIpAddress: [true],
    skipDefaultNodeGroup: [false],
    privateSubnetIds: [[publicSubnet]],
    vpcCniOptions: [],
    "vpcCniOptions.enableNetworkPolicy": [false],
    deletionProtection: inProduction(false),
  }),
  ...fieldsOf("aws:eks/nodeGroup:NodeGroup", {
    subnetIds: [[publicSubnet], []],
    launchTemplate: [{ id: "somebody-elses", version: "1" }],
    remoteAccess: { weak: [{ ec2SshKey: "key" }], optional: true },
    "scalingConfig.maxSize": { weak: [1000], only: /gpu/ },
    taints: { weak: [[]], only: /gpu/ },
  }),
  ...fieldsOf("aws:kms/key:Key", { enableKeyRotation: [false] }),
  ...fieldsOf("aws:ec2/subnet:Subnet", { mapPublicIpOnLaunch: [true] }),
  ...fieldsOf(securityGroup, {
    ingress: [[{ protocol: "-1", self: true }]],
    egress: [[{ protocol: "-1", cidrBlocks: everybody }]],
  }),
  ...fieldsOf(flowLog, { trafficType: ["ACCEPT"] }),
  ...fieldsOf("aws:ec2/securityGroup:SecurityGroup", {
    ingress: { weak: [[{ cidrBlocks: everybody }]], optional: true },
  }),
  ...fieldsOf("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", {
    referencedSecurityGroupId: [""],
    cidrIpv4: { weak: everybody, optional: true },
  }),
  ...fieldsOf(block, {
    blockPublicAcls: [false],
    blockPublicPolicy: [false],
    ignorePublicAcls: [false],
    restrictPublicBuckets: [false],
  }),
  ...fieldsOf(ownership, { "rule.objectOwnership": ["ObjectWriter", "BucketOwnerPreferred"] }),
  ...fieldsOf(bucketPolicy, {
    policy: rewritten([/"Deny"/, '"Allow"'], [/"Principal":"\*",/, ""], condition),
  }),
  ...fieldsOf(versioning, { "versioningConfiguration.status": ["Suspended", "Disabled"] }),
  ...fieldsOf(encryption, { rules: [[]] }),
  ...fieldsOf("aws:s3/bucket:Bucket", { forceDestroy: inProduction(true) }),
  ...fieldsOf("aws:ecr/repository:Repository", {
    encryptionConfigurations: [[]],
    imageTagMutability: ["MUTABLE"],
    "imageScanningConfiguration.scanOnPush": [false],
    forceDelete: inProduction(true),
  }),
  ...fieldsOf("aws:rds/instance:Instance", {
    storageEncrypted: [false],
    parameterGroupName: ["default.postgres17"],
    publiclyAccessible: [true],
    autoMinorVersionUpgrade: [false],
    password: ["in plain text"],
    deletionProtection: inProduction(false),
    deleteAutomatedBackups: inProduction(true),
    skipFinalSnapshot: inProduction(true),
    backupRetentionPeriod: inProduction(0, 1),
  }),
  ...fieldsOf(parameters, { parameters: [[], [{ name: "rds.force_ssl", value: "0" }]] }),
  ...fieldsOf("aws:iam/role:Role", {
    assumeRolePolicy: rewritten([/\{"Service":"[^"]+"\}/, '{"AWS":"*"}'], condition, [
      /"aws:RequestTag\/kubernetes-service-account":"[^"]+"/,
      '"aws:RequestTag/x":"y"',
    ]),
  }),
  ...fieldsOf("aws:iam/rolePolicy:RolePolicy", {
    policy: rewritten(
      [/"Action":\[[^\]]+\]/, '"Action":"*"'],
      [/"Action":\[[^\]]+\]/, '"Action":["s3:*"]'],
      [
        /"Action":\[("[^\]]+)\],"Resource":"[^*"][^"]*"/,
        '"Action":["s3:DeleteBucket"],"Resource":"*"',
      ],
      condition,
    ),
  }),
  ...fieldsOf("aws:iam/rolePolicyAttachment:RolePolicyAttachment", {
    policyArn: ["arn:aws:iam::aws:policy/AdministratorAccess"],
  }),
  ...fieldsOf("pulumi:providers:aws", { allowedAccountIds: ["[]"], defaultTags: ["{}"] }),
];

/** Types of which none can be missing. */
export const awsGuards: readonly string[] = [
  ...["aws:kms/key:Key", securityGroup, flowLog, block, ownership, bucketPolicy, versioning],
  ...[encryption, parameters, template],
];
