import {
  at,
  each,
  eachInProduction,
  isSecret,
  isWide,
  list,
  needs,
  type SecurityRule,
} from "./rule.ts";

const cluster = "gcp:container/cluster:Cluster";
const nodePool = "gcp:container/nodePool:NodePool";
const bucket = "gcp:storage/bucket:Bucket";
const database = "gcp:sql/databaseInstance:DatabaseInstance";

const controlPlane: SecurityRule[] = [
  each(
    cluster,
    "has private nodes",
    (inputs) => at(inputs, "privateClusterConfig.enablePrivateNodes") === true,
  ),
  each(cluster, "lets in from outside only whom it names", (inputs) => {
    const networks = inputs["masterAuthorizedNetworksConfig"];
    const cidrs = list(at(networks, "cidrBlocks")).map((block) => at(block, "cidrBlock"));
    const closed = at(inputs, "privateClusterConfig.enablePrivateEndpoint") === true;
    return networks !== undefined && !cidrs.some(isWide) && (closed || cidrs.length > 0);
  }),
  each(
    cluster,
    "does not let in all of Google's customers",
    (inputs) => at(inputs, "masterAuthorizedNetworksConfig.gcpPublicCidrsAccessEnabled") === false,
  ),
  each(
    cluster,
    "has no second way in by name",
    (inputs) =>
      at(inputs, "controlPlaneEndpointsConfig.dnsEndpointConfig.allowExternalTraffic") === false,
  ),
  each(
    cluster,
    "enforces network policies",
    (inputs) => inputs["datapathProvider"] === "ADVANCED_DATAPATH",
  ),
  each(
    cluster,
    "encrypts Secrets with a key of the stack",
    (inputs) =>
      at(inputs, "databaseEncryption.state") === "ENCRYPTED" &&
      Boolean(at(inputs, "databaseEncryption.keyName")),
  ),
  each(cluster, "has shielded nodes", (inputs) => inputs["enableShieldedNodes"] === true),
  each(
    cluster,
    "has no pool but those of the stack",
    (inputs) => inputs["removeDefaultNodePool"] === true,
  ),
  each(cluster, "knows its workloads", (inputs) =>
    String(at(inputs, "workloadIdentityConfig.workloadPool")).endsWith(".svc.id.goog"),
  ),
  each(
    cluster,
    "gives out no client certificates",
    (inputs) => at(inputs, "masterAuth.clientCertificateConfig.issueClientCertificate") === false,
  ),
  each(cluster, "has no legacy authorization", (inputs) => inputs["enableLegacyAbac"] === false),
  each(
    cluster,
    "answers nobody without a name",
    (inputs) => at(inputs, "anonymousAuthenticationConfig.mode") === "LIMITED",
  ),
  each(cluster, "binds no rights to everybody", (inputs) =>
    ["Authenticated", "Unauthenticated"].every(
      (who) => at(inputs, `rbacBindingConfig.enableInsecureBindingSystem${who}`) === false,
    ),
  ),
  each(
    cluster,
    "watches its own posture",
    (inputs) => at(inputs, "securityPostureConfig.mode") === "BASIC",
  ),
  each(cluster, "records who did what", (inputs) =>
    list(at(inputs, "loggingConfig.enableComponents")).includes("APISERVER"),
  ),
  eachInProduction(
    cluster,
    "is protected from deletion",
    (inputs) => inputs["deletionProtection"] === true,
  ),
  each(
    "gcp:kms/cryptoKey:CryptoKey",
    "rotates its key",
    (inputs) => Number.parseInt(String(inputs["rotationPeriod"]), 10) <= 366 * 86_400,
  ),
  needs(cluster, "gcp:kms/cryptoKey:CryptoKey"),
];

const nodes: SecurityRule[] = [cluster, nodePool].flatMap((type) => [
  each(
    type,
    "boots securely",
    (inputs) => at(inputs, "nodeConfig.shieldedInstanceConfig.enableSecureBoot") === true,
  ),
  each(
    type,
    "watches what it booted",
    (inputs) => at(inputs, "nodeConfig.shieldedInstanceConfig.enableIntegrityMonitoring") === true,
  ),
  each(
    type,
    "hides the node's identity from pods",
    (inputs) => at(inputs, "nodeConfig.workloadMetadataConfig.mode") === "GKE_METADATA",
  ),
  each(
    type,
    "has no legacy metadata",
    (inputs) => at(inputs, "nodeConfig.metadata.disable-legacy-endpoints") === "true",
  ),
  each(type, "has an account of its own", (inputs) =>
    Boolean(at(inputs, "nodeConfig.serviceAccount")),
  ),
]);

const pools: SecurityRule[] = [
  each(
    nodePool,
    "has private nodes",
    (inputs) => at(inputs, "networkConfig.enablePrivateNodes") === true,
  ),
  each(
    nodePool,
    "is repaired and upgraded",
    (inputs) =>
      at(inputs, "management.autoRepair") === true && at(inputs, "management.autoUpgrade") === true,
  ),
];

const network: SecurityRule[] = [
  each(
    "gcp:compute/network:Network",
    "has only subnetworks of the stack",
    (inputs) => inputs["autoCreateSubnetworks"] === false,
  ),
  each(
    "gcp:compute/subnetwork:Subnetwork",
    "reaches Google without public addresses",
    (inputs) => inputs["privateIpGoogleAccess"] === true,
  ),
  each(
    "gcp:compute/subnetwork:Subnetwork",
    "records who talked to whom",
    (inputs) => Number(at(inputs, "logConfig.flowSampling") ?? 0) > 0,
  ),
  each(
    "gcp:compute/firewall:Firewall",
    "lets in only whom it names",
    (inputs) => inputs["direction"] === "EGRESS" || !list(inputs["sourceRanges"]).some(isWide),
  ),
];

const storage: SecurityRule[] = [
  each(
    bucket,
    "is closed to the public",
    (inputs) => inputs["publicAccessPrevention"] === "enforced",
  ),
  each(bucket, "knows no access lists", (inputs) => inputs["uniformBucketLevelAccess"] === true),
  each(bucket, "keeps old versions", (inputs) => at(inputs, "versioning.enabled") === true),
  eachInProduction(
    bucket,
    "is not deleted with what is in it",
    (inputs) => inputs["forceDestroy"] === false,
  ),
];

const registries: SecurityRule[] = [
  each(
    "gcp:artifactregistry/repository:Repository",
    "never changes what a tag names",
    (inputs) => at(inputs, "dockerConfig.immutableTags") === true,
  ),
];

const databases: SecurityRule[] = [
  each(
    database,
    "has no public address",
    (inputs) => at(inputs, "settings.ipConfiguration.ipv4Enabled") === false,
  ),
  each(database, "demands TLS", (inputs) =>
    ["ENCRYPTED_ONLY", "TRUSTED_CLIENT_CERTIFICATE_REQUIRED"].includes(
      String(at(inputs, "settings.ipConfiguration.sslMode")),
    ),
  ),
  eachInProduction(
    database,
    "is protected from deletion, by Pulumi and by Google",
    (inputs) =>
      inputs["deletionProtection"] === true &&
      at(inputs, "settings.deletionProtectionEnabled") === true,
  ),
  eachInProduction(database, "keeps backups, every moment, and a last one", (inputs) =>
    [
      "backupConfiguration.enabled",
      "backupConfiguration.pointInTimeRecoveryEnabled",
      "finalBackupConfig.enabled",
      "retainBackupsOnDelete",
    ].every((path) => at(inputs, `settings.${path}`) === true),
  ),
  each("gcp:sql/user:User", "has a secret password", (inputs) => isSecret(inputs["password"])),
];

const roles = /^roles\/(owner|editor|.*[aA]dmin)$/;

const identities: SecurityRule[] = [
  ...["gcp:projects/iAMMember:IAMMember", "gcp:storage/bucketIAMMember:BucketIAMMember"].map(
    (type) =>
      each(
        type,
        "gives narrow rights to one account",
        (inputs) =>
          !roles.test(String(inputs["role"])) &&
          String(inputs["member"]).startsWith("serviceAccount:"),
      ),
  ),
];

export const gcpRules: readonly SecurityRule[] = [
  ...controlPlane,
  ...nodes,
  ...pools,
  ...network,
  ...storage,
  ...registries,
  ...databases,
  ...identities,
];
