import type { SecurityField } from "./mutate.ts";

const cluster = "gcp:container/cluster:Cluster";
const nodePool = "gcp:container/nodePool:NodePool";
const bucket = "gcp:storage/bucket:Bucket";
const database = "gcp:sql/databaseInstance:DatabaseInstance";
const member = "gcp:projects/iAMMember:IAMMember";

const everybody = [{ cidrBlock: "0.0.0.0/0", displayName: "all" }];

export const gcpFields: readonly SecurityField[] = [
  // Secure boot
  ...[cluster, nodePool].flatMap((of): SecurityField[] => [
    { of, path: "nodeConfig", weak: [] },
    { of, path: "nodeConfig.shieldedInstanceConfig", weak: [] },
    { of, path: "nodeConfig.shieldedInstanceConfig.enableSecureBoot", weak: [false] },
    { of, path: "nodeConfig.shieldedInstanceConfig.enableIntegrityMonitoring", weak: [false] },
    { of, path: "nodeConfig.workloadMetadataConfig.mode", weak: ["GCE_METADATA"] },
    { of, path: "nodeConfig.metadata.disable-legacy-endpoints", weak: ["false"] },
    { of, path: "nodeConfig.serviceAccount", weak: [""] },
  ]),
  { of: cluster, path: "enableShieldedNodes", weak: [false] },
  { of: cluster, path: "removeDefaultNodePool", weak: [false] },
  // Private nodes
  { of: cluster, path: "privateClusterConfig", weak: [] },
  { of: cluster, path: "privateClusterConfig.enablePrivateNodes", weak: [false] },
  { of: nodePool, path: "networkConfig.enablePrivateNodes", weak: [false] },
  { of: "gcp:compute/network:Network", path: "autoCreateSubnetworks", weak: [true] },
  { of: "gcp:compute/subnetwork:Subnetwork", path: "privateIpGoogleAccess", weak: [false] },
  { of: "gcp:compute/subnetwork:Subnetwork", path: "logConfig", weak: [{ flowSampling: 0 }] },
  // Authorized networks
  { of: cluster, path: "masterAuthorizedNetworksConfig", weak: [{}] },
  { of: cluster, path: "masterAuthorizedNetworksConfig.cidrBlocks", weak: [everybody, []] },
  { of: cluster, path: "masterAuthorizedNetworksConfig.gcpPublicCidrsAccessEnabled", weak: [true] },
  {
    of: cluster,
    path: "controlPlaneEndpointsConfig.dnsEndpointConfig.allowExternalTraffic",
    weak: [true],
  },
  // Network policy
  { of: cluster, path: "datapathProvider", weak: ["LEGACY_DATAPATH"] },
  // Encryption
  { of: cluster, path: "databaseEncryption", weak: [] },
  { of: cluster, path: "databaseEncryption.state", weak: ["DECRYPTED"] },
  { of: cluster, path: "databaseEncryption.keyName", weak: [""] },
  { of: "gcp:kms/cryptoKey:CryptoKey", path: "rotationPeriod", weak: ["315360000s"] },
  {
    of: database,
    path: "settings.ipConfiguration.sslMode",
    weak: ["ALLOW_UNENCRYPTED_AND_ENCRYPTED"],
  },
  // Identities
  { of: cluster, path: "workloadIdentityConfig", weak: [{}] },
  { of: cluster, path: "masterAuth.clientCertificateConfig.issueClientCertificate", weak: [true] },
  { of: cluster, path: "enableLegacyAbac", weak: [true] },
  { of: cluster, path: "anonymousAuthenticationConfig.mode", weak: ["ENABLED"] },
  { of: cluster, path: "rbacBindingConfig.enableInsecureBindingSystemAuthenticated", weak: [true] },
  {
    of: cluster,
    path: "rbacBindingConfig.enableInsecureBindingSystemUnauthenticated",
    weak: [true],
  },
  { of: cluster, path: "securityPostureConfig.mode", weak: ["DISABLED"] },
  { of: cluster, path: "loggingConfig.enableComponents", weak: [[], ["WORKLOADS"]] },
  { of: nodePool, path: "management.autoUpgrade", weak: [false] },
  { of: nodePool, path: "management.autoRepair", weak: [false] },
  {
    of: member,
    path: "role",
    weak: ["roles/editor", "roles/owner", "roles/storage.admin"],
    optional: true,
  },
  { of: member, path: "member", weak: ["allUsers", "allAuthenticatedUsers"] },
  {
    of: "gcp:storage/bucketIAMMember:BucketIAMMember",
    path: "role",
    weak: ["roles/storage.admin"],
    optional: true,
  },
  { of: "gcp:storage/bucketIAMMember:BucketIAMMember", path: "member", weak: ["allUsers"] },
  { of: "gcp:sql/user:User", path: "password", weak: ["in plain text"] },
  // Buckets, images, databases
  { of: bucket, path: "publicAccessPrevention", weak: ["inherited"] },
  { of: bucket, path: "uniformBucketLevelAccess", weak: [false] },
  { of: bucket, path: "versioning.enabled", weak: [false] },
  {
    of: "gcp:artifactregistry/repository:Repository",
    path: "dockerConfig.immutableTags",
    weak: [false],
  },
  { of: database, path: "settings.ipConfiguration.ipv4Enabled", weak: [true] },
  // Deletion
  { of: cluster, path: "deletionProtection", weak: [false], inProduction: true },
  { of: bucket, path: "forceDestroy", weak: [true], inProduction: true },
  { of: database, path: "deletionProtection", weak: [false], inProduction: true },
  { of: database, path: "settings.deletionProtectionEnabled", weak: [false], inProduction: true },
  { of: database, path: "settings.backupConfiguration.enabled", weak: [false], inProduction: true },
];

/** Types of which none can be missing. */
export const gcpGuards: readonly string[] = ["gcp:kms/cryptoKey:CryptoKey"];
