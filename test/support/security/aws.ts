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

function refusesPlainText(policy: unknown): boolean {
  return statements(policy).some(
    (statement) =>
      statement["Effect"] === "Deny" &&
      statement["Principal"] === "*" &&
      at(statement, "Condition.Bool.aws:SecureTransport") === "false",
  );
}

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

type Statement = Readonly<Record<string, unknown>>;

function statements(policy: unknown): Statement[] {
  const document: unknown = typeof policy === "string" ? JSON.parse(policy) : {};
  return list(at(document, "Statement")) as Statement[];
}

function many(value: unknown): string[] {
  return (Array.isArray(value) ? value : [value]).map(String);
}

const looking = /^[a-z0-9-]+:(Describe|List|Get)/;

/** Nothing of everything; and of all resources, only to look. */
function isNarrow(statement: Statement): boolean {
  const actions = many(statement["Action"]);
  return (
    statement["Effect"] === "Deny" ||
    (actions.length > 0 &&
      !actions.some((action) => action.includes("*")) &&
      (!many(statement["Resource"]).includes("*") ||
        actions.every((action) => looking.test(action))))
  );
}

/** Rights to change things that are not the stack's alone are tied to the stack's tag. */
function isTied(statement: Statement): boolean {
  const touches = many(statement["Action"]).some(
    (action) => action.startsWith("autoscaling:") && !looking.test(action),
  );
  return !touches || at(statement, "Condition.StringEquals") !== undefined;
}

/** A service, and for pods the one account that may. */
function isTrusted(statement: Statement): boolean {
  const service = at(statement, "Principal.Service");
  const forPods = service === "pods.eks.amazonaws.com";
  const condition = at(statement, "Condition.StringEquals");
  const pinned = ["eks-cluster-arn", "kubernetes-namespace", "kubernetes-service-account"].every(
    (tag) =>
      condition !== undefined &&
      typeof (condition as Statement)[`aws:RequestTag/${tag}`] === "string",
  );
  return typeof service === "string" && (!forPods || pinned);
}

const managedPolicies = [
  "service-role/AmazonEBSCSIDriverPolicy",
  "AmazonEKSWorkerNodePolicy",
  "AmazonEKS_CNI_Policy",
  "AmazonEC2ContainerRegistryPullOnly",
];

const identities: SecurityRule[] = [
  each("aws:iam/rolePolicy:RolePolicy", "allows nothing of everything", (inputs) => {
    const rows = statements(inputs["policy"]);
    return rows.length > 0 && rows.every((row) => isNarrow(row) && isTied(row));
  }),
  each("aws:iam/role:Role", "is of one service, or of one account of pods", (inputs) => {
    const rows = statements(inputs["assumeRolePolicy"]);
    return rows.length > 0 && rows.every(isTrusted);
  }),
  each(
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
    "is one of the few policies that nodes need",
    (inputs) =>
      managedPolicies.some((policy) =>
        String(inputs["policyArn"]).endsWith(`:aws:policy/${policy}`),
      ),
  ),
  each(
    "pulumi:providers:aws",
    "works in one account alone",
    (inputs) => list(JSON.parse(String(inputs["allowedAccountIds"] ?? "[]"))).length === 1,
  ),
  each("pulumi:providers:aws", "marks what it makes", (inputs) =>
    String(inputs["defaultTags"]).includes("framewright:stack"),
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
