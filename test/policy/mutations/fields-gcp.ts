import { fieldsOf, type Field } from "./mutate.ts";

const cluster = "gcp:container/cluster:Cluster";
const nodePool = "gcp:container/nodePool:NodePool";
const networks = "masterAuthorizedNetworksConfig";
const named = "controlPlaneEndpointsConfig.dnsEndpointConfig";
const shielded = "nodeConfig.shieldedInstanceConfig";
const settings = "settings.ipConfiguration";

function inProduction(...weak: readonly unknown[]) {
  return { weak, inProduction: true };
}

export const gcpFields: readonly Field[] = [
  ...fieldsOf([cluster, nodePool], {
    nodeConfig: [],
    [shielded]: [],
    [`${shielded}.enableSecureBoot`]: [false],
    [`${shielded}.enableIntegrityMonitoring`]: [false],
    "nodeConfig.workloadMetadataConfig.mode": ["GCE_METADATA"],
    "nodeConfig.metadata.disable-legacy-endpoints": ["false"],
    "nodeConfig.serviceAccount": [""],
  }),
  ...fieldsOf(cluster, {
    enableShieldedNodes: [false],
    removeDefaultNodePool: [false],
    privateClusterConfig: [],
    "privateClusterConfig.enablePrivateNodes": [false],
    [networks]: [{}],
    [`${networks}.cidrBlocks`]: [[{ cidrBlock: "0.0.0.0/0", displayName: "all" }], []],
    [`${networks}.gcpPublicCidrsAccessEnabled`]: [true],
    "privateClusterConfig.enablePrivateEndpoint": [false],
    [`${named}.allowExternalTraffic`]: [true],
    [`${named}.enableK8sTokensViaDns`]: { weak: [true], optional: true },
    [`${named}.enableK8sCertsViaDns`]: { weak: [true], optional: true },
    datapathProvider: ["LEGACY_DATAPATH"],
    databaseEncryption: [],
    "databaseEncryption.state": ["DECRYPTED"],
    "databaseEncryption.keyName": [""],
    workloadIdentityConfig: [{}],
    "masterAuth.clientCertificateConfig.issueClientCertificate": [true],
    enableLegacyAbac: [true],
    "anonymousAuthenticationConfig.mode": ["ENABLED"],
    "rbacBindingConfig.enableInsecureBindingSystemAuthenticated": [true],
    "rbacBindingConfig.enableInsecureBindingSystemUnauthenticated": [true],
    "securityPostureConfig.mode": ["DISABLED"],
    "loggingConfig.enableComponents": [[], ["WORKLOADS"]],
    deletionProtection: inProduction(false),
  }),
  ...fieldsOf(nodePool, {
    "networkConfig.enablePrivateNodes": [false],
    "management.autoUpgrade": [false],
    "management.autoRepair": [false],
    "autoscaling.totalMaxNodeCount": { weak: [1000], only: /[av]100/ },
    "nodeConfig.taints": { weak: [[]], only: /[av]100/ },
  }),
  ...fieldsOf("gcp:compute/network:Network", { autoCreateSubnetworks: [true] }),
  ...fieldsOf("gcp:compute/subnetwork:Subnetwork", {
    privateIpGoogleAccess: [false],
    logConfig: [{ flowSampling: 0 }],
  }),
  ...fieldsOf("gcp:kms/cryptoKey:CryptoKey", { rotationPeriod: ["315360000s"] }),
  ...fieldsOf("gcp:projects/iAMMember:IAMMember", {
    role: { weak: ["roles/editor", "roles/owner", "roles/storage.admin"], optional: true },
    member: ["allUsers", "allAuthenticatedUsers"],
  }),
  ...fieldsOf("gcp:storage/bucketIAMMember:BucketIAMMember", {
    role: { weak: ["roles/storage.admin"], optional: true },
    member: ["allUsers"],
  }),
  ...fieldsOf("gcp:storage/bucket:Bucket", {
    publicAccessPrevention: ["inherited"],
    uniformBucketLevelAccess: [false],
    "versioning.enabled": [false],
    forceDestroy: inProduction(true),
  }),
  ...fieldsOf("gcp:artifactregistry/repository:Repository", {
    "dockerConfig.immutableTags": [false],
  }),
  ...fieldsOf("gcp:sql/user:User", { password: ["in plain text"] }),
  ...fieldsOf("gcp:sql/databaseInstance:DatabaseInstance", {
    [`${settings}.sslMode`]: ["ALLOW_UNENCRYPTED_AND_ENCRYPTED"],
    [`${settings}.ipv4Enabled`]: [true],
    deletionProtection: inProduction(false),
    "settings.deletionProtectionEnabled": inProduction(false),
    "settings.backupConfiguration.enabled": inProduction(false),
  }),
];

/** Types of which none can be missing. */
export const gcpGuards: readonly string[] = ["gcp:kms/cryptoKey:CryptoKey"];
