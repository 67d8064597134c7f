import * as aws from "@pulumi/aws";
import * as gcp from "@pulumi/gcp";
import { onAws } from "./support/aws.ts";
import { s3Bucket } from "./support/bucket.ts";
import { gcsBucket, onGcp } from "./support/gcp.ts";
import { gkeCluster, gkeNodes } from "./support/gke.ts";
import { rds } from "./support/rds.ts";
import { vpc } from "./support/vpc.ts";

function policyOf(statement: object): string {
  return JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", ...statement }] });
}

/** A subnet with a way to the internet, for databases. */
function openSubnet() {
  const { id: vpcId } = vpc();
  const cidrs = { cidrBlock: "10.0.0.0/24", mapPublicIpOnLaunch: false };
  const { id: subnetId } = new aws.ec2.Subnet("shop", { vpcId, ...cidrs }, onAws);
  const { id: gatewayId } = new aws.ec2.InternetGateway("shop", { vpcId }, onAws);
  const { id: routeTableId } = new aws.ec2.RouteTable("shop", { vpcId }, onAws);
  const route = { routeTableId, destinationCidrBlock: "0.0.0.0/0", gatewayId };
  new aws.ec2.Route("shop", route, onAws);
  new aws.ec2.RouteTableAssociation("shop", { subnetId, routeTableId }, onAws);
  return new aws.rds.SubnetGroup("cart", { subnetIds: [subnetId] }, onAws);
}

const anywhere = [{ cidrBlock: "0.0.0.0/0", displayName: "everybody" }];
const account = "cart@shop.iam.gserviceaccount.com";

const ofAws = {
  "buckets-private": () => s3Bucket({ block: { restrictPublicBuckets: false } }),
  "buckets-encrypted": () => s3Bucket({ encrypted: false }),
  "buckets-demand-tls": () => s3Bucket({ tlsOnly: false }),
  "databases-private": () => rds({ publiclyAccessible: true }),
  "databases-demand-tls": () => rds({}, "0"),
  "databases-backed-up": () => rds({ backupRetentionPeriod: 1 }),
  "database-passwords": () => rds({ password: "correct-horse-battery-staple" }),
  "storage-encrypted": () => rds({ storageEncrypted: false }),
  "private-subnets": openSubnet,
  "default-security-groups": () => vpc({ closed: false }),
  "imds-v2": () => {
    const metadataOptions = { httpTokens: "optional", httpPutResponseHopLimit: 1 };
    const blockDeviceMappings = [{ deviceName: "/dev/xvda", ebs: { encrypted: "true" } }];
    new aws.ec2.LaunchTemplate("nodes", { metadataOptions, blockDeviceMappings }, onAws);
  },
  "iam-wildcards": () => {
    const policy = policyOf({ Action: "s3:*", Resource: "*" });
    new aws.iam.RolePolicy("cart", { role: "cart", policy }, onAws);
  },
  "role-trust": () => {
    const assumeRolePolicy = policyOf({ Principal: { AWS: "*" }, Action: "sts:AssumeRole" });
    new aws.iam.Role("cart", { assumeRolePolicy }, onAws);
  },
  "no-open-ingress": () => {
    const ssh = { ipProtocol: "tcp", fromPort: 22, toPort: 22, cidrIpv4: "0.0.0.0/0" };
    const args = { securityGroupId: "sg-0123456789abcdef0", ...ssh };
    new aws.vpc.SecurityGroupIngressRule("ssh", args, onAws);
  },
  "log-retention": () => new aws.cloudwatch.LogGroup("cart", { name: "/shop/cart" }, onAws),
  "providers-bound": () => {
    const defaultTags = { tags: { product: "shop" } };
    const args = { region: "eu-central-1", defaultTags, skipCredentialsValidation: true } as const;
    new aws.Provider("anywhere", args);
  },
};

const ofGoogle = {
  "buckets-versioned": () => gcsBucket({ versioning: { enabled: false } }),
  "deletion-protection": () => gcsBucket({ forceDestroy: true }),
  "public-endpoints": () =>
    gkeCluster({
      masterAuthorizedNetworksConfig: { cidrBlocks: anywhere, gcpPublicCidrsAccessEnabled: false },
    }),
  "cluster-access": () => gkeCluster({ enableLegacyAbac: true }),
  "secrets-encrypted": () => gkeCluster({ databaseEncryption: { state: "DECRYPTED" } }),
  "control-plane-logs": () =>
    gkeCluster({ loggingConfig: { enableComponents: ["SYSTEM_COMPONENTS"] } }),
  "network-policies-enforced": () => gkeCluster({ datapathProvider: "LEGACY_DATAPATH" }),
  "no-default-nodes": () => gkeCluster({ removeDefaultNodePool: false }),
  "private-nodes": () => gkeNodes({ networkConfig: { enablePrivateNodes: false } }),
  "nodes-maintained": () => gkeNodes({ management: { autoRepair: true, autoUpgrade: false } }),
  "secure-boot": () => {
    const shieldedInstanceConfig = { enableSecureBoot: false, enableIntegrityMonitoring: true };
    gkeNodes({}, { shieldedInstanceConfig });
  },
  "workload-identity": () => gkeNodes({}, { workloadMetadataConfig: { mode: "GCE_METADATA" } }),
  "no-broad-roles": () => {
    const args = { project: "shop", role: "roles/editor", member: `serviceAccount:${account}` };
    new gcp.projects.IAMMember("cart", args, onGcp);
  },
  "no-standing-keys": () =>
    new gcp.storage.HmacKey("cart", { serviceAccountEmail: account }, onGcp),
  "keys-rotated": () => {
    const keyRing = "projects/shop/locations/europe-west3/keyRings/shop";
    new gcp.kms.CryptoKey("cart", { keyRing, purpose: "ENCRYPT_DECRYPT" }, onGcp);
  },
  "planned-networks": () => new gcp.compute.Network("shop", { autoCreateSubnetworks: true }, onGcp),
  "flow-logs": () => {
    const network = "projects/shop/global/networks/shop";
    const args = { network, ipCidrRange: "10.0.0.0/20", privateIpGoogleAccess: true };
    new gcp.compute.Subnetwork("nodes", args, onGcp);
  },
  "registries-guarded": () => {
    const args = { repositoryId: "shop", location: "europe-west3", format: "DOCKER" };
    const dockerConfig = { immutableTags: false };
    new gcp.artifactregistry.Repository("shop", { ...args, dockerConfig }, onGcp);
  },
};

export const programs = { ...ofAws, ...ofGoogle };
