import { iamRows, type Row } from "./iam-breaks.ts";
import { gone, set, setAll, type ProgramBreak } from "./program-break.ts";

const bucket = "aws:s3/bucket:Bucket";
const publicAccess = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock";
const bucketPolicy = "aws:s3/bucketPolicy:BucketPolicy";
const key = "aws:kms/key:Key";
const database = "aws:rds/instance:Instance";
const cluster = "aws:eks/cluster:Cluster";
const component = "eks:index:Cluster";
const nodeGroup = "aws:eks/nodeGroup:NodeGroup";
const template = "aws:ec2/launchTemplate:LaunchTemplate";
const repository = "aws:ecr/repository:Repository";
const subnet = "aws:ec2/subnet:Subnet";
const vpc = "aws:ec2/vpc:Vpc";

const rows: readonly Row[] = [
  ...iamRows,
  ...["blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"].map(
    (flag): Row => ["buckets-private", publicAccess, `lacks ${flag}`, set(flag, false), flag],
  ),
  ["buckets-private", bucket, "has a public list", set("acl", "public-read"), "access list"],
  [
    "buckets-encrypted",
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
    "encrypts nothing",
    set("rules", []),
    "doesn't encrypt all objects",
  ],
  [
    "buckets-versioned",
    "aws:s3/bucketVersioning:BucketVersioning",
    "is suspended",
    set("versioningConfiguration/status", "Suspended"),
    "doesn't keep old versions",
  ],
  ["deletion-protection", bucket, "goes with its content", set("forceDestroy", true), "is deleted"],
  [
    "deletion-protection",
    key,
    "is gone in a week",
    set("deletionWindowInDays", 7),
    "gone for good",
  ],
  ["deletion-protection", cluster, "may go", set("deletionProtection", false), "by one command"],
  ["keys-rotated", key, "is never renewed", set("enableKeyRotation", false), "is not renewed"],
  ["databases-private", database, "is public", set("publiclyAccessible", true), "public address"],
  [
    "databases-demand-tls",
    "aws:rds/parameterGroup:ParameterGroup",
    "demands nothing",
    set("parameters", [{ name: "rds.force_ssl", value: "0" }]),
    "doesn't demand TLS",
  ],
  [
    "databases-backed-up",
    database,
    "has no backups",
    set("backupRetentionPeriod", 0),
    "doesn't keep backups long enough",
  ],
  [
    "database-passwords",
    database,
    "has a password in the program",
    (resource) => ({ ...resource, madeFrom: { ...resource.madeFrom, password: [] } }),
    "has a password that no resource made",
  ],
  [
    "storage-encrypted",
    database,
    "is readable",
    set("storageEncrypted", false),
    "encrypt its disk",
  ],
  [
    "storage-encrypted",
    template,
    "has readable disks",
    set("blockDeviceMappings/0/ebs/encrypted", "false"),
    "not said to be encrypted",
  ],
  [
    "nodes-maintained",
    database,
    "takes no fixes",
    set("autoMinorVersionUpgrade", false),
    "doesn't take the fixes",
  ],
  ["nodes-maintained", nodeGroup, "has old nodes", set("amiType", "AL2_x86_64"), "maintained"],
  [
    "public-endpoints",
    component,
    "is open to everybody",
    setAll({ endpointPublicAccess: true, publicAccessCidrs: ["0.0.0.0/0"] }),
    "can be reached from anywhere",
  ],
  [
    "public-endpoints",
    cluster,
    "names nobody",
    setAll({ "vpcConfig/endpointPublicAccess": true, "vpcConfig/publicAccessCidrs": [] }),
    "can be reached from anywhere",
  ],
  [
    "cluster-access",
    cluster,
    "heeds a ConfigMap",
    set("accessConfig/authenticationMode", "API_AND_CONFIG_MAP"),
    "also takes administrators",
  ],
  [
    "secrets-encrypted",
    component,
    "has no key for Secrets",
    set("encryptionConfigKeyArn", undefined),
    "doesn't encrypt Secrets",
  ],
  [
    "control-plane-logs",
    cluster,
    "does not keep who did what",
    set("enabledClusterLogTypes", ["api"]),
    "doesn't keep the logs",
  ],
  [
    "network-policies-enforced",
    component,
    "takes policies and does nothing",
    set("vpcCniOptions", {}),
    "doesn't enforce NetworkPolicies",
  ],
  [
    "private-nodes",
    component,
    "has public nodes",
    set("nodeAssociatePublicIpAddress", true),
    "gives its nodes public addresses",
  ],
  ["private-nodes", nodeGroup, "has SSH", set("remoteAccess", { ec2SshKey: "me" }), "by SSH"],
  ["private-nodes", subnet, "is public", set("mapPublicIpOnLaunch", true), "public addresses"],
  [
    "no-default-nodes",
    component,
    "has nodes of nobody's choice",
    set("skipDefaultNodeGroup", false),
    "makes a node group of its own choice",
  ],
  [
    "imds-v2",
    template,
    "asks for no token",
    set("metadataOptions/httpTokens", "optional"),
    "token",
  ],
  [
    "imds-v2",
    template,
    "answers pods",
    set("metadataOptions/httpPutResponseHopLimit", 2),
    "further than the node",
  ],
  [
    "no-open-ingress",
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
    "is for everybody",
    set("cidrIpv4", "0.0.0.0/0"),
    "lets in everybody",
  ],
  [
    "no-open-ingress",
    "aws:ec2/securityGroup:SecurityGroup",
    "is for half of everybody",
    set("ingress", [{ protocol: "tcp", cidrBlocks: ["10.0.0.0/16", "128.0.0.0/1"] }]),
    "lets in everybody",
  ],
  [
    "default-security-groups",
    "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
    "lets things out",
    set("egress", [{ protocol: "-1", cidrBlocks: ["0.0.0.0/0"] }]),
    "doesn't say that it lets nothing through (egress)",
  ],
  [
    "flow-logs",
    "aws:ec2/flowLog:FlowLog",
    "does not tell what was refused",
    set("trafficType", "ACCEPT"),
    "doesn't write down what was refused",
  ],
  [
    "log-retention",
    "aws:cloudwatch/logGroup:LogGroup",
    "keeps lines for a day",
    set("retentionInDays", 1),
    "keeps its lines for ever, or not long enough",
  ],
  [
    "registries-guarded",
    repository,
    "lets tags be moved",
    set("imageTagMutability", "MUTABLE"),
    "lets tags be moved",
  ],
  [
    "registries-guarded",
    repository,
    "scans nothing",
    set("imageScanningConfiguration/scanOnPush", false),
    "doesn't scan",
  ],
  [
    "providers-bound",
    "pulumi:providers:aws",
    "works in any account",
    set("allowedAccountIds", undefined),
    "works in any account",
  ],
  [
    "private-subnets",
    subnet,
    "is a public one",
    set("tags", { "kubernetes.io/role/elb": "1" }),
    "is in the public subnet",
  ],
];

/** Guards that are gone; who is blamed is then alone. */
const removals = [
  ["buckets-private", publicAccess, bucket, "has no BucketPublicAccessBlock"],
  ["buckets-demand-tls", bucketPolicy, bucket, "has no BucketPolicy"],
  ["buckets-versioned", "aws:s3/bucketVersioning:BucketVersioning", bucket, "has no BucketVersion"],
  ["flow-logs", "aws:ec2/flowLog:FlowLog", vpc, "has no FlowLog"],
  [
    "default-security-groups",
    "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
    vpc,
    "has a default security group that nobody closes",
  ],
  ["network-policies-enforced", "aws:eks/addon:Addon", cluster, "doesn't enforce NetworkPolicies"],
] as const;

/** Of an account of AWS. */
export const awsBreaks: readonly ProgramBreak[] = [
  ...rows.map(([rule, of, what, change, says]) => ({ rule, of, what, change, says })),
  ...removals.map(([rule, of, blames, says]) => ({
    rule,
    of,
    what: "is not there",
    change: gone,
    blames,
    says,
  })),
];
