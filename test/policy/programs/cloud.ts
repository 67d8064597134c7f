import * as aws from "../cloud/aws.ts";
import * as gcp from "../cloud/gcp.ts";
import { withFields } from "../kit/change.ts";
import type { TestResource } from "../kit/evaluate.ts";
import type { Programs } from "./program.ts";

/** Some compliant resources, of which one has other fields. */
function changed(of: TestResource, fields: object, beside: readonly TestResource[] = []) {
  return [...beside.filter((one) => one !== of), withFields(of, { ...fields })];
}

const inBucket = (of: TestResource, fields: object) => changed(of, fields, aws.bucketParts);
const inDatabase = (fields: object) =>
  changed(aws.database, fields, [aws.password, aws.parameterGroup]);
const inGke = (fields: object) => changed(gcp.cluster, fields, [gcp.key]);
const inPool = (fields: object) => changed(gcp.nodePool, fields);
const allowing = (statement: object) => aws.policy({ Effect: "Allow", ...statement });
const without = (of: TestResource) => aws.bucketParts.filter((one) => one !== of);

const forBalancers = { tags: { "kubernetes.io/role/elb": "1" } };
const ofDatabases = aws.resource(
  "aws:rds/subnetGroup:SubnetGroup",
  { subnetIds: ["subnet-1"] },
  { subnetIds: aws.subnet },
);
const notTls = [{ name: "rds.force_ssl", value: "0" }];
const anywhere = [{ cidrBlock: "0.0.0.0/0", displayName: "everybody" }];
const key = { serviceAccountEmail: "cart@shop.iam.gserviceaccount.com" };

const ofAws: Programs = {
  "buckets-private": inBucket(aws.publicAccessBlock, { restrictPublicBuckets: false }),
  "buckets-demand-tls": without(aws.bucketPolicy),
  "databases-private": inDatabase({ publiclyAccessible: true }),
  "databases-demand-tls": [
    aws.password,
    withFields(aws.parameterGroup, { parameters: notTls }),
    aws.database,
  ],
  "databases-backed-up": inDatabase({ backupRetentionPeriod: 1 }),
  "database-passwords": [{ ...gcp.user, madeFrom: {} }],
  "storage-encrypted": inDatabase({ storageEncrypted: false }),
  "private-subnets": [withFields(aws.subnet, forBalancers), ofDatabases],
  "imds-v2": changed(aws.launchTemplate, { "metadataOptions.httpTokens": "optional" }),
  "iam-wildcards": changed(aws.rolePolicy, { policy: allowing({ Action: "s3:*", Resource: "*" }) }),
  "role-trust": changed(aws.role, {
    assumeRolePolicy: allowing({ Principal: { AWS: "*" }, Action: "a:b" }),
  }),
  "no-open-ingress": changed(aws.ingressRule, {
    referencedSecurityGroupId: undefined,
    cidrIpv4: "0.0.0.0/0",
  }),
  "providers-bound": changed(aws.provider, { allowedAccountIds: undefined }),
};

const ofGoogle: Programs = {
  "buckets-versioned": changed(gcp.bucket, { "versioning.enabled": false }),
  "deletion-protection": changed(gcp.bucket, { forceDestroy: true }),
  "public-endpoints": inGke({ "masterAuthorizedNetworksConfig.cidrBlocks": anywhere }),
  "cluster-access": inGke({ enableLegacyAbac: true }),
  "secrets-encrypted": inGke({ "databaseEncryption.state": "DECRYPTED" }),
  "network-policies-enforced": inGke({ datapathProvider: "LEGACY_DATAPATH" }),
  "control-plane-logs": inGke({ "loggingConfig.enableComponents": ["SYSTEM_COMPONENTS"] }),
  "no-default-nodes": inGke({ removeDefaultNodePool: false }),
  "private-nodes": inPool({ "networkConfig.enablePrivateNodes": false }),
  "nodes-maintained": inPool({ "management.autoUpgrade": false }),
  "secure-boot": inPool({ "nodeConfig.shieldedInstanceConfig.enableSecureBoot": false }),
  "workload-identity": inPool({ "nodeConfig.workloadMetadataConfig.mode": "GCE_METADATA" }),
  "no-broad-roles": changed(gcp.projectMember, { role: "roles/editor" }),
  "no-standing-keys": [aws.resource("gcp:storage/hmacKey:HmacKey", key)],
  "keys-rotated": changed(gcp.key, { rotationPeriod: undefined }),
  "planned-networks": changed(gcp.network, { autoCreateSubnetworks: true }),
  "flow-logs": changed(gcp.subnetwork, { logConfig: undefined }),
  "registries-guarded": changed(gcp.repository, { "dockerConfig.immutableTags": false }),
};

export const programs: Programs = { ...ofAws, ...ofGoogle };
