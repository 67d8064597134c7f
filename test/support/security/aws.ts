import { identities } from "./aws-identities.ts";
import { refusesPlainText } from "./aws-policies.ts";
import {
  accompanied,
  at,
  each,
  eachInProduction,
  isSecret,
  isWide,
  list,
  needs,
  ofType,
  type Judged,
  type SecurityRule,
} from "./rule.ts";

const cluster = "eks:index:Cluster";
const nodeGroup = "aws:eks/nodeGroup:NodeGroup";
const template = "aws:ec2/launchTemplate:LaunchTemplate";
const bucket = "aws:s3/bucket:Bucket";
const database = "aws:rds/instance:Instance";
const repository = "aws:ecr/repository:Repository";

const controlPlane: SecurityRule[] = [
  each(cluster, "encrypts Secrets with a key of the stack", (inputs) =>
    Boolean(at(inputs, "encryptionConfigKeyArn")),
  ),
  each(
    cluster,
    "can be reached from the VPC",
    (inputs) => inputs["endpointPrivateAccess"] === true,
  ),
  each(cluster, "lets in from outside only whom it names", (inputs) => {
    const cidrs = list(inputs["publicAccessCidrs"]);
    return inputs["endpointPublicAccess"] === false || (cidrs.length > 0 && !cidrs.some(isWide));
  }),
  each(
    cluster,
    "knows its administrators by access entries alone",
    (inputs) => inputs["authenticationMode"] === "API",
  ),
  each(
    cluster,
    "enforces network policies",
    (inputs) => at(inputs, "vpcCniOptions.enableNetworkPolicy") === true,
  ),
  each(cluster, "records who did what", (inputs) =>
    ["api", "audit", "authenticator"].every((kind) =>
      list(inputs["enabledClusterLogTypes"]).includes(kind),
    ),
  ),
  each(
    cluster,
    "gives its nodes no public addresses",
    (inputs) => inputs["nodeAssociatePublicIpAddress"] === false,
  ),
  each(
    cluster,
    "makes no nodes of its own choice",
    (inputs) => inputs["skipDefaultNodeGroup"] === true,
  ),
  each(cluster, "has private subnets", (inputs, stack) =>
    inPrivateSubnets(list(inputs["privateSubnetIds"]), stack),
  ),
  eachInProduction(
    cluster,
    "is protected from deletion",
    (inputs) => inputs["deletionProtection"] === true,
  ),
  each("aws:kms/key:Key", "rotates its key", (inputs) => inputs["enableKeyRotation"] === true),
  needs(cluster, "aws:kms/key:Key"),
];

/** Subnets whose load balancers are internal are those without a way in. */
function inPrivateSubnets(ids: readonly unknown[], stack: Judged): boolean {
  const closed = ofType(stack, "aws:ec2/subnet:Subnet")
    .filter(({ inputs }) =>
      list(Object.keys(inputs["tags"] ?? {})).includes("kubernetes.io/role/internal-elb"),
    )
    .map(({ name }) => `${name}-id`);
  return ids.length > 0 && ids.every((id) => typeof id === "string" && closed.includes(id));
}

const nodes: SecurityRule[] = [
  each(
    template,
    "demands tokens of the metadata service (IMDSv2)",
    (inputs) => at(inputs, "metadataOptions.httpTokens") === "required",
  ),
  each(
    template,
    "keeps the metadata service from pods",
    (inputs) => at(inputs, "metadataOptions.httpPutResponseHopLimit") === 1,
  ),
  each(template, "encrypts its disks", (inputs) => {
    const disks = list(inputs["blockDeviceMappings"]);
    return disks.length > 0 && disks.every((disk) => at(disk, "ebs.encrypted") === "true");
  }),
  each(nodeGroup, "is in private subnets", (inputs, stack) =>
    inPrivateSubnets(list(inputs["subnetIds"]), stack),
  ),
  each(nodeGroup, "is made by a template of the stack", (inputs, stack) =>
    ofType(stack, template).some(({ name }) => at(inputs, "launchTemplate.id") === `${name}-id`),
  ),
  each(nodeGroup, "lets nobody in by SSH", (inputs) => inputs["remoteAccess"] === undefined),
];

const network: SecurityRule[] = [
  each(
    "aws:ec2/subnet:Subnet",
    "gives no public addresses by itself",
    (inputs) => inputs["mapPublicIpOnLaunch"] === false,
  ),
  accompanied("aws:ec2/vpc:Vpc", "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup", "vpcId"),
  accompanied("aws:ec2/vpc:Vpc", "aws:ec2/flowLog:FlowLog", "vpcId"),
  each("aws:ec2/defaultSecurityGroup:DefaultSecurityGroup", "lets nothing in or out", (inputs) =>
    [inputs["ingress"], inputs["egress"]].every(
      (rules) => Array.isArray(rules) && rules.length === 0,
    ),
  ),
  each("aws:ec2/flowLog:FlowLog", "records what was refused", (inputs) =>
    ["REJECT", "ALL"].includes(String(inputs["trafficType"])),
  ),
  each(
    "aws:ec2/securityGroup:SecurityGroup",
    "lets in by rules of their own",
    (inputs) => list(inputs["ingress"]).length === 0,
  ),
  each(
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
    "lets in a group, no addresses",
    (inputs) =>
      Boolean(inputs["referencedSecurityGroupId"]) &&
      inputs["cidrIpv4"] === undefined &&
      inputs["cidrIpv6"] === undefined,
  ),
];

const publicFlags = [
  "blockPublicAcls",
  "blockPublicPolicy",
  "ignorePublicAcls",
  "restrictPublicBuckets",
];

const storage: SecurityRule[] = [
  ...[
    "BucketPublicAccessBlock",
    "BucketOwnershipControls",
    "BucketPolicy",
    "BucketVersioning",
    "BucketServerSideEncryptionConfiguration",
  ].map((companion) =>
    accompanied(
      bucket,
      `aws:s3/${companion.charAt(0).toLowerCase()}${companion.slice(1)}:${companion}`,
      "bucket",
    ),
  ),
  each(
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
    "is closed to the public",
    (inputs) => publicFlags.every((flag) => inputs[flag] === true),
  ),
  each(
    "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
    "knows no access lists",
    (inputs) => at(inputs, "rule.objectOwnership") === "BucketOwnerEnforced",
  ),
  each("aws:s3/bucketPolicy:BucketPolicy", "refuses whoever asks without TLS", (inputs) =>
    refusesPlainText(inputs["policy"]),
  ),
  each(
    "aws:s3/bucketVersioning:BucketVersioning",
    "keeps old versions",
    (inputs) => at(inputs, "versioningConfiguration.status") === "Enabled",
  ),
  each(
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
    "encrypts objects",
    (inputs) =>
      ["AES256", "aws:kms", "aws:kms:dsse"].includes(
        String(at(inputs, "rules.0.applyServerSideEncryptionByDefault.sseAlgorithm")),
      ),
  ),
  eachInProduction(
    bucket,
    "is not deleted with what is in it",
    (inputs) => inputs["forceDestroy"] === false,
  ),
  each(
    repository,
    "never changes what a tag names",
    (inputs) => inputs["imageTagMutability"] === "IMMUTABLE",
  ),
  each(
    repository,
    "scans what is pushed",
    (inputs) => at(inputs, "imageScanningConfiguration.scanOnPush") === true,
  ),
  each(repository, "encrypts images", (inputs) =>
    ["AES256", "KMS"].includes(String(at(inputs, "encryptionConfigurations.0.encryptionType"))),
  ),
  eachInProduction(
    repository,
    "is not deleted with what is in it",
    (inputs) => inputs["forceDelete"] === false,
  ),
];

const databases: SecurityRule[] = [
  each(database, "encrypts its disk", (inputs) => inputs["storageEncrypted"] === true),
  each(
    database,
    "takes the fixes of its version",
    (inputs) => inputs["autoMinorVersionUpgrade"] === true,
  ),
  eachInProduction(
    database,
    "keeps its backups when it goes",
    (inputs) => inputs["deleteAutomatedBackups"] === false,
  ),
  each(database, "has no public address", (inputs) => inputs["publiclyAccessible"] === false),
  each(database, "has a secret password", (inputs) => isSecret(inputs["password"])),
  each(database, "demands TLS", (inputs, stack) =>
    ofType(stack, "aws:rds/parameterGroup:ParameterGroup").some(
      (group) =>
        inputs["parameterGroupName"] === group.name &&
        list(group.inputs["parameters"]).some(
          (row) => at(row, "name") === "rds.force_ssl" && at(row, "value") === "1",
        ),
    ),
  ),
  eachInProduction(
    database,
    "is protected from deletion",
    (inputs) => inputs["deletionProtection"] === true,
  ),
  eachInProduction(
    database,
    "leaves a last snapshot",
    (inputs) => inputs["skipFinalSnapshot"] === false && Boolean(inputs["finalSnapshotIdentifier"]),
  ),
  eachInProduction(
    database,
    "keeps backups for a week at least",
    (inputs) => Number(inputs["backupRetentionPeriod"] ?? 0) >= 7,
  ),
];

export const awsRules: readonly SecurityRule[] = [
  ...controlPlane,
  ...nodes,
  ...network,
  ...storage,
  ...databases,
  ...identities,
];
