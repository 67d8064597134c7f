import fc from "fast-check";
import { awsResources, policy } from "../cloud/aws.ts";
import { gcpResources } from "../cloud/gcp.ts";
import type { TestResource } from "../kit/evaluate.ts";
import { setAll } from "./program-break.ts";

/** Programs for one cloud account, which every rule accepts. */

/** What may be otherwise: changes of values by path, which belong together. */
type Choices = fc.Arbitrary<Readonly<Record<string, unknown>>>;

const word = fc.string({ unit: fc.constantFrom("a", "b", "c", "d", "e"), minLength: 4 });
const range = fc
  .record({ first: fc.integer({ min: 1, max: 223 }), second: fc.nat(255), prefix: fc.nat(16) })
  .map(({ first, second, prefix }) => `${first}.${second}.0.0/${16 + prefix}`);
const ranges = fc.array(range, { minLength: 1, maxLength: 3 });
const port = fc.integer({ min: 1, max: 65535 });

/** One of several sets of changes. */
function either(...sets: readonly Readonly<Record<string, unknown>>[]): Choices {
  return fc.constantFrom(...sets);
}

/** All of these changes. */
function each(fields: Readonly<Record<string, fc.Arbitrary<unknown>>>): Choices {
  return fc.record(fields);
}

const arn = "arn:aws:sqs:eu-central-1:123456789012";
const tied = { StringEquals: { "aws:ResourceTag/product": "shop" } };
const statement = fc
  .constantFrom(
    { Action: "s3:GetObject", Resource: "arn:aws:s3:::shop/*" },
    { Action: ["s3:PutObject", "s3:ListBucket"], Resource: ["arn:aws:s3:::shop"] },
    { Action: ["ec2:Describe*", "autoscaling:DescribeAutoScalingGroups"], Resource: "*" },
    { Action: "sqs:SendMessage", Resource: `${arn}:orders` },
    {
      Action: "ec2:TerminateInstances",
      Resource: "arn:aws:ec2:*:123456789012:instance/*",
      Condition: tied,
    },
  )
  .map((one) => ({ Effect: "Allow", ...one }));
const rights = fc
  .array(statement, { minLength: 1, maxLength: 3 })
  .map((all) => ({ policy: policy(...all) }));

const openId = "arn:aws:iam::123456789012:oidc-provider/oidc.eks.eu-central-1.amazonaws.com/id/A";
const trust = either(
  {},
  ...[
    { Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" },
    {
      Principal: { Federated: openId },
      Action: "sts:AssumeRoleWithWebIdentity",
      Condition: {
        StringEquals: { [`${openId.split("/").slice(1).join("/")}:sub`]: "system:sa:shop:cart" },
      },
    },
  ].map((one) => ({ assumeRolePolicy: policy({ Effect: "Allow", ...one }) })),
);

const eksLogs = fc
  .subarray(["controllerManager", "scheduler"])
  .map((more) => ["api", "audit", "authenticator", ...more]);

function endpoint(prefix: string): Choices {
  return fc.oneof(
    each({ [`${prefix}publicAccessCidrs`]: ranges }),
    either({ [`${prefix}endpointPublicAccess`]: false, [`${prefix}publicAccessCidrs`]: undefined }),
  );
}

const awsChoices: Readonly<Record<string, Choices>> = {
  "aws:s3/bucket:Bucket": either({}, { acl: "private" }),
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": either(
    {},
    { "rules/0/applyServerSideEncryptionByDefault": { sseAlgorithm: "aws:kms:dsse" } },
  ),
  "aws:kms/key:Key": each({ rotationPeriodInDays: fc.integer({ min: 90, max: 365 }) }),
  "aws:rds/parameterGroup:ParameterGroup": either(
    {},
    { parameters: [{ name: "require_secure_transport", value: "ON" }] },
  ),
  "aws:rds/instance:Instance": each({ backupRetentionPeriod: fc.integer({ min: 7, max: 35 }) }),
  "aws:ec2/flowLog:FlowLog": either({}, { trafficType: "ALL" }),
  "aws:ec2/securityGroup:SecurityGroup": fc.oneof(
    either({}),
    each({ ingress: ranges.map((cidrBlocks) => [{ protocol: "tcp", cidrBlocks }]) }),
  ),
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": fc.oneof(
    each({ fromPort: port }),
    each({ cidrIpv4: range, referencedSecurityGroupId: fc.constant(undefined) }),
  ),
  "eks:index:Cluster": fc.oneof(endpoint(""), each({ enabledClusterLogTypes: eksLogs })),
  "aws:eks/cluster:Cluster": fc.oneof(
    endpoint("vpcConfig/"),
    each({ enabledClusterLogTypes: eksLogs }),
  ),
  "aws:eks/nodeGroup:NodeGroup": each({
    amiType: fc.constantFrom("AL2023_ARM_64_STANDARD", "BOTTLEROCKET_x86_64"),
    "scalingConfig/maxSize": fc.integer({ min: 1, max: 20 }),
  }),
  "aws:iam/role:Role": trust,
  "aws:iam/rolePolicy:RolePolicy": rights,
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment": fc
    .constantFrom("AmazonEKS_CNI_Policy", "AmazonSSMManagedInstanceCore")
    .map((name) => ({ policyArn: `arn:aws:iam::aws:policy/${name}` })),
  "aws:ecr/repository:Repository": either(
    {},
    { encryptionConfigurations: [{ encryptionType: "KMS", kmsKey: "arn:aws:kms:x:1:key/1" }] },
  ),
  "aws:cloudwatch/logGroup:LogGroup": fc
    .constantFrom(30, 90, 365)
    .map((retentionInDays) => ({ retentionInDays })),
};

const gcpRoles = fc.constantFrom("roles/logging.logWriter", "roles/storage.objectViewer");

const gcpChoices: Readonly<Record<string, Choices>> = {
  "gcp:storage/bucketIAMMember:BucketIAMMember": each({ role: gcpRoles }),
  "gcp:projects/iAMMember:IAMMember": each({ role: gcpRoles }),
  "gcp:kms/cryptoKey:CryptoKey": each({
    rotationPeriod: fc.integer({ min: 86_400, max: 31_536_000 }).map((seconds) => `${seconds}s`),
  }),
  "gcp:container/cluster:Cluster": fc.oneof(
    each({
      "releaseChannel/channel": fc.constantFrom("RAPID", "STABLE"),
      "masterAuthorizedNetworksConfig/cidrBlocks": ranges.map((all) =>
        all.map((cidrBlock) => ({ cidrBlock })),
      ),
    }),
    either({
      datapathProvider: undefined,
      "networkPolicy/enabled": true,
      "addonsConfig/networkPolicyConfig/disabled": false,
      "securityPostureConfig/mode": "ENTERPRISE",
    }),
  ),
  "gcp:container/nodePool:NodePool": each({
    "nodeConfig/imageType": fc.constantFrom("cos_containerd", "UBUNTU_CONTAINERD"),
    "autoscaling/maxNodeCount": fc.integer({ min: 1, max: 20 }),
  }),
  "gcp:compute/subnetwork:Subnetwork": either(
    {},
    { "logConfig/flowSampling": 1 },
    { logConfig: undefined, purpose: "REGIONAL_MANAGED_PROXY" },
  ),
  "gcp:compute/firewall:Firewall": fc.oneof(
    each({ sourceRanges: ranges }),
    either({ sourceRanges: undefined, sourceTags: ["shop"] }),
  ),
  "gcp:sql/databaseInstance:DatabaseInstance": fc.oneof(
    either({ "settings/ipConfiguration/sslMode": "TRUSTED_CLIENT_CERTIFICATE_REQUIRED" }),
    each({
      "settings/ipConfiguration/authorizedNetworks": ranges.map((all) =>
        all.map((value) => ({ value })),
      ),
    }),
  ),
  "gcp:artifactregistry/repository:Repository": either({}, { format: "NPM" }),
};

/** Under another name, with whatever means it; dependencies included. */
function renamed(resource: TestResource, name: string): TestResource {
  const said = JSON.stringify(resource).replaceAll("shop", name);
  return JSON.parse(said) as TestResource;
}

function programs(
  valid: readonly TestResource[],
  choices: Readonly<Record<string, Choices>>,
): fc.Arbitrary<readonly TestResource[]> {
  return fc.record({ name: word, changes: fc.record(choices) }).map(({ name, changes }) =>
    valid.map((resource) => {
      const changed = setAll(changes[resource.type] ?? {})(resource) ?? resource;
      return renamed(changed, name);
    }),
  );
}

export const randomAws = programs(awsResources, awsChoices);
export const randomGoogle = programs(gcpResources, gcpChoices);
