import { resource } from "./aws.ts";

/** Resources of Google Cloud that every rule accepts; a test changes one property of one of them. */

const account = "serviceAccount:cart@shop.iam.gserviceaccount.com";

export const bucket = resource("gcp:storage/bucket:Bucket", {
  location: "EUROPE-WEST3",
  publicAccessPrevention: "enforced",
  uniformBucketLevelAccess: true,
  versioning: { enabled: true },
  forceDestroy: false,
});
export const bucketMember = resource(
  "gcp:storage/bucketIAMMember:BucketIAMMember",
  { bucket: "shop", role: "roles/storage.objectUser", member: account },
  { bucket },
);
export const projectMember = resource("gcp:projects/iAMMember:IAMMember", {
  project: "shop",
  role: "roles/logging.logWriter",
  member: account,
});
export const key = resource("gcp:kms/cryptoKey:CryptoKey", {
  keyRing: "projects/shop/locations/europe-west3/keyRings/shop",
  purpose: "ENCRYPT_DECRYPT",
  rotationPeriod: "7776000s",
  destroyScheduledDuration: "2592000s",
});

export const nodeConfig = {
  imageType: "COS_CONTAINERD",
  serviceAccount: "nodes@shop.iam.gserviceaccount.com",
  shieldedInstanceConfig: { enableSecureBoot: true, enableIntegrityMonitoring: true },
  workloadMetadataConfig: { mode: "GKE_METADATA" },
  metadata: { "disable-legacy-endpoints": "true" },
};
export const cluster = resource(
  "gcp:container/cluster:Cluster",
  {
    location: "europe-west3",
    releaseChannel: { channel: "REGULAR" },
    datapathProvider: "ADVANCED_DATAPATH",
    privateClusterConfig: { enablePrivateNodes: true, enablePrivateEndpoint: false },
    masterAuthorizedNetworksConfig: {
      cidrBlocks: [{ cidrBlock: "203.0.113.0/24", displayName: "office" }],
      gcpPublicCidrsAccessEnabled: false,
    },
    controlPlaneEndpointsConfig: { dnsEndpointConfig: { allowExternalTraffic: false } },
    workloadIdentityConfig: { workloadPool: "shop.svc.id.goog" },
    databaseEncryption: {
      state: "ENCRYPTED",
      keyName: "projects/shop/locations/europe-west3/keyRings/shop/cryptoKeys/shop",
    },
    enableShieldedNodes: true,
    enableLegacyAbac: false,
    masterAuth: { clientCertificateConfig: { issueClientCertificate: false } },
    anonymousAuthenticationConfig: { mode: "LIMITED" },
    rbacBindingConfig: {
      enableInsecureBindingSystemAuthenticated: false,
      enableInsecureBindingSystemUnauthenticated: false,
    },
    securityPostureConfig: { mode: "BASIC" },
    loggingConfig: { enableComponents: ["SYSTEM_COMPONENTS", "APISERVER"] },
    removeDefaultNodePool: true,
    deletionProtection: true,
    nodeConfig,
  },
  { databaseEncryption: key },
);
export const nodePool = resource(
  "gcp:container/nodePool:NodePool",
  {
    cluster: "shop",
    location: "europe-west3",
    management: { autoRepair: true, autoUpgrade: true },
    networkConfig: { enablePrivateNodes: true },
    nodeConfig,
  },
  { cluster },
);

export const network = resource("gcp:compute/network:Network", { autoCreateSubnetworks: false });
export const subnetwork = resource(
  "gcp:compute/subnetwork:Subnetwork",
  {
    network: "shop",
    ipCidrRange: "10.0.0.0/20",
    privateIpGoogleAccess: true,
    logConfig: { flowSampling: 0.1 },
  },
  { network },
);

const password = resource("random:index/randomPassword:RandomPassword", { length: 32 });
export const database = resource("gcp:sql/databaseInstance:DatabaseInstance", {
  databaseVersion: "POSTGRES_17",
  deletionProtection: true,
  settings: {
    deletionProtectionEnabled: true,
    ipConfiguration: { ipv4Enabled: false, sslMode: "ENCRYPTED_ONLY" },
    backupConfiguration: {
      enabled: true,
      pointInTimeRecoveryEnabled: true,
      backupRetentionSettings: { retainedBackups: 30 },
    },
    finalBackupConfig: { enabled: true },
    retainBackupsOnDelete: true,
  },
});
export const user = resource(
  "gcp:sql/user:User",
  { name: "shop", instance: "shop", password: "of-a-RandomPassword" },
  { password },
);
export const repository = resource("gcp:artifactregistry/repository:Repository", {
  repositoryId: "shop",
  format: "DOCKER",
  dockerConfig: { immutableTags: true },
});
export const provider = resource("pulumi:providers:gcp", {
  project: "shop",
  defaultLabels: JSON.stringify({ product: "shop" }),
});

export const gcpResources = [
  bucket,
  bucketMember,
  projectMember,
  key,
  cluster,
  nodePool,
  network,
  subnetwork,
  database,
  user,
  repository,
  provider,
];
