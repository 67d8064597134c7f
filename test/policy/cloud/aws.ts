import type { TestResource } from "../kit/evaluate.ts";

/** Resources of AWS that every rule accepts; a test changes one property of one of them. */

type Props = Readonly<Record<string, unknown>>;

function idOf({ type, name }: TestResource): string {
  return `${type}::${name}`;
}

/** A resource whose properties in `from` are made from others. */
export function resource(
  type: string,
  props: Props,
  from: Readonly<Record<string, TestResource | readonly TestResource[]>> = {},
): TestResource {
  const madeFrom = Object.fromEntries(
    Object.entries(from).map(([property, sources]) => [property, [sources].flat().map(idOf)]),
  );
  return { type, name: "shop", props, madeFrom };
}

function policy(...statements: readonly Props[]): string {
  return JSON.stringify({ Version: "2012-10-17", Statement: statements });
}

export { policy };

export const bucket = resource("aws:s3/bucket:Bucket", { bucket: "shop", forceDestroy: false });
export const publicAccessBlock = resource(
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
  {
    bucket: "shop",
    blockPublicAcls: true,
    blockPublicPolicy: true,
    ignorePublicAcls: true,
    restrictPublicBuckets: true,
  },
  { bucket },
);
export const ownership = resource(
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
  { bucket: "shop", rule: { objectOwnership: "BucketOwnerEnforced" } },
  { bucket },
);
export const tlsOnly = {
  Effect: "Deny",
  Principal: "*",
  Action: ["s3:*"],
  Resource: ["arn:aws:s3:::shop", "arn:aws:s3:::shop/*"],
  Condition: { Bool: { "aws:SecureTransport": "false" } },
};
export const bucketPolicy = resource(
  "aws:s3/bucketPolicy:BucketPolicy",
  { bucket: "shop", policy: policy(tlsOnly) },
  { bucket, policy: bucket },
);
export const versioning = resource(
  "aws:s3/bucketVersioning:BucketVersioning",
  { bucket: "shop", versioningConfiguration: { status: "Enabled" } },
  { bucket },
);
export const encryption = resource(
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
  {
    bucket: "shop",
    rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }],
  },
  { bucket },
);
/** A bucket with all that it needs. */
export const bucketParts = [
  bucket,
  publicAccessBlock,
  ownership,
  bucketPolicy,
  versioning,
  encryption,
];

export const key = resource("aws:kms/key:Key", {
  enableKeyRotation: true,
  deletionWindowInDays: 30,
});

export const password = resource("random:index/randomPassword:RandomPassword", { length: 32 });
export const parameterGroup = resource("aws:rds/parameterGroup:ParameterGroup", {
  family: "postgres17",
  parameters: [{ name: "rds.force_ssl", value: "1" }],
});
export const database = resource(
  "aws:rds/instance:Instance",
  {
    engine: "postgres",
    instanceClass: "db.m6g.large",
    allocatedStorage: 100,
    username: "shop",
    publiclyAccessible: false,
    storageEncrypted: true,
    autoMinorVersionUpgrade: true,
    backupRetentionPeriod: 30,
    deleteAutomatedBackups: false,
    skipFinalSnapshot: false,
    finalSnapshotIdentifier: "shop-last",
    deletionProtection: true,
    password: "of-a-RandomPassword",
    parameterGroupName: "shop-1234567",
  },
  { password, parameterGroupName: parameterGroup },
);

const vpc = resource("aws:ec2/vpc:Vpc", { cidrBlock: "10.0.0.0/16" });
export const defaultSecurityGroup = resource(
  "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
  { vpcId: "vpc-1", ingress: [], egress: [] },
  { vpcId: vpc },
);
export const flowLog = resource(
  "aws:ec2/flowLog:FlowLog",
  { vpcId: "vpc-1", trafficType: "REJECT" },
  { vpcId: vpc },
);
export const subnet = resource(
  "aws:ec2/subnet:Subnet",
  { vpcId: "vpc-1", cidrBlock: "10.0.0.0/24", mapPublicIpOnLaunch: false },
  { vpcId: vpc },
);
export const securityGroup = resource("aws:ec2/securityGroup:SecurityGroup", { vpcId: "vpc-1" });
export const ingressRule = resource(
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
  {
    securityGroupId: "sg-1",
    referencedSecurityGroupId: "sg-2",
    ipProtocol: "tcp",
    fromPort: 5432,
    toPort: 5432,
  },
  { securityGroupId: securityGroup },
);

/** As @pulumi/eks takes it. */
export const component = resource(
  "eks:index:Cluster",
  {
    name: "shop",
    privateSubnetIds: ["subnet-1"],
    endpointPrivateAccess: true,
    endpointPublicAccess: true,
    publicAccessCidrs: ["203.0.113.0/24"],
    authenticationMode: "API",
    skipDefaultNodeGroup: true,
    nodeAssociatePublicIpAddress: false,
    encryptionConfigKeyArn: "arn:aws:kms:eu-central-1:123456789012:key/1",
    enabledClusterLogTypes: ["api", "audit", "authenticator"],
    deletionProtection: true,
    vpcCniOptions: { enableNetworkPolicy: true },
  },
  { privateSubnetIds: subnet, encryptionConfigKeyArn: key },
);
/** As AWS takes it. */
export const cluster = resource(
  "aws:eks/cluster:Cluster",
  {
    name: "shop",
    vpcConfig: {
      endpointPrivateAccess: true,
      endpointPublicAccess: true,
      publicAccessCidrs: ["203.0.113.0/24"],
    },
    accessConfig: { authenticationMode: "API" },
    encryptionConfig: {
      provider: { keyArn: "arn:aws:kms:eu-central-1:123456789012:key/1" },
      resources: ["secrets"],
    },
    enabledClusterLogTypes: ["api", "audit", "authenticator"],
    deletionProtection: true,
  },
  { encryptionConfig: key },
);
export const podNetwork = resource(
  "aws:eks/addon:Addon",
  {
    clusterName: "shop",
    addonName: "vpc-cni",
    configurationValues: JSON.stringify({ enableNetworkPolicy: "true" }),
  },
  { clusterName: cluster },
);
export const launchTemplate = resource("aws:ec2/launchTemplate:LaunchTemplate", {
  metadataOptions: { httpTokens: "required", httpPutResponseHopLimit: 1 },
  blockDeviceMappings: [{ deviceName: "/dev/xvda", ebs: { encrypted: "true" } }],
});
export const nodeGroup = resource(
  "aws:eks/nodeGroup:NodeGroup",
  {
    clusterName: "shop",
    amiType: "AL2023_x86_64_STANDARD",
    nodeRoleArn: "arn:aws:iam::123456789012:role/nodes",
    scalingConfig: { minSize: 0, maxSize: 2, desiredSize: 0 },
    subnetIds: ["subnet-1"],
    launchTemplate: { id: "lt-1", version: "1" },
  },
  { clusterName: cluster, subnetIds: subnet, launchTemplate },
);

export const role = resource("aws:iam/role:Role", {
  assumeRolePolicy: policy({
    Effect: "Allow",
    Principal: { Service: "pods.eks.amazonaws.com" },
    Action: ["sts:AssumeRole", "sts:TagSession"],
    Condition: {
      StringEquals: {
        "aws:RequestTag/eks-cluster-arn": "arn:aws:eks:eu-central-1:123456789012:cluster/shop",
        "aws:RequestTag/kubernetes-namespace": "shop",
        "aws:RequestTag/kubernetes-service-account": "cart",
      },
    },
  }),
});
export const rolePolicy = resource(
  "aws:iam/rolePolicy:RolePolicy",
  {
    role: "shop",
    policy: policy(
      { Effect: "Allow", Action: ["s3:GetObject"], Resource: "arn:aws:s3:::shop/*" },
      { Effect: "Allow", Action: ["ec2:DescribeImages"], Resource: "*" },
    ),
  },
  { role, policy: bucket },
);
export const attachment = resource(
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
  { role: "shop", policyArn: "arn:aws:iam::aws:policy/AmazonEKSWorkerNodePolicy" },
  { role },
);
const repository = resource("aws:ecr/repository:Repository", {
  imageTagMutability: "IMMUTABLE",
  imageScanningConfiguration: { scanOnPush: true },
  encryptionConfigurations: [{ encryptionType: "AES256" }],
  forceDelete: false,
});
export const logGroup = resource("aws:cloudwatch/logGroup:LogGroup", { retentionInDays: 90 });
export const provider = resource("pulumi:providers:aws", {
  region: "eu-central-1",
  allowedAccountIds: JSON.stringify(["123456789012"]),
  defaultTags: JSON.stringify({ tags: { product: "shop" } }),
});

export const awsResources = [
  ...bucketParts,
  key,
  parameterGroup,
  database,
  vpc,
  defaultSecurityGroup,
  flowLog,
  subnet,
  securityGroup,
  ingressRule,
  component,
  cluster,
  podNetwork,
  launchTemplate,
  nodeGroup,
  role,
  rolePolicy,
  attachment,
  repository,
  logGroup,
  provider,
];
