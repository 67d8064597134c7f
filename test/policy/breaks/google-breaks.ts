import { set, type ProgramBreak } from "./program-break.ts";

const bucket = "gcp:storage/bucket:Bucket";
const cluster = "gcp:container/cluster:Cluster";
const nodePool = "gcp:container/nodePool:NodePool";
const database = "gcp:sql/databaseInstance:DatabaseInstance";
const subnetwork = "gcp:compute/subnetwork:Subnetwork";
const firewall = "gcp:compute/firewall:Firewall";

/** The rule, what is broken, the value by its path, and what the rule says. */
type Row = readonly [rule: string, of: string, path: string, value: unknown, says: string];

const clusterRows: readonly Row[] = [
  ["public-endpoints", cluster, "masterAuthorizedNetworksConfig", undefined, "from anywhere"],
  [
    "public-endpoints",
    cluster,
    "masterAuthorizedNetworksConfig/cidrBlocks",
    [{ cidrBlock: "128.0.0.0/1" }],
    "from anywhere",
  ],
  [
    "public-endpoints",
    cluster,
    "controlPlaneEndpointsConfig/dnsEndpointConfig/allowExternalTraffic",
    true,
    "has a second way in",
  ],
  ["cluster-access", cluster, "enableLegacyAbac", true, "may grant rights without RBAC"],
  [
    "cluster-access",
    cluster,
    "masterAuth/clientCertificateConfig/issueClientCertificate",
    true,
    "gives out client certificates",
  ],
  ["secrets-encrypted", cluster, "databaseEncryption/state", "DECRYPTED", "doesn't encrypt"],
  [
    "control-plane-logs",
    cluster,
    "loggingConfig/enableComponents",
    ["SYSTEM_COMPONENTS"],
    "doesn't keep the logs",
  ],
  [
    "private-nodes",
    cluster,
    "privateClusterConfig/enablePrivateNodes",
    false,
    "gives its nodes public addresses",
  ],
  ["no-default-nodes", cluster, "removeDefaultNodePool", false, "keeps the pool that Google makes"],
  ["nodes-maintained", cluster, "releaseChannel/channel", "UNSPECIFIED", "no release channel"],
  ["secure-boot", cluster, "enableShieldedNodes", false, "lets anything call itself a node"],
  [
    "workload-identity",
    cluster,
    "workloadIdentityConfig/workloadPool",
    undefined,
    "gives its pods no identities",
  ],
  ["deletion-protection", cluster, "deletionProtection", false, "can be deleted by one command"],
  ["nodes-maintained", nodePool, "management/autoUpgrade", false, "is not upgraded by itself"],
  ["private-nodes", nodePool, "networkConfig/enablePrivateNodes", false, "public addresses"],
  [
    "secure-boot",
    nodePool,
    "nodeConfig/shieldedInstanceConfig/enableSecureBoot",
    false,
    "boots whatever is on its disk",
  ],
  [
    "workload-identity",
    nodePool,
    "nodeConfig/workloadMetadataConfig/mode",
    "GCE_METADATA",
    "shows pods the identity of their node",
  ],
  ["workload-identity", nodePool, "nodeConfig/serviceAccount", "default", "by name"],
];

const rows: readonly Row[] = [
  ...clusterRows,
  ["buckets-private", bucket, "publicAccessPrevention", "inherited", "may be made public"],
  ["buckets-private", bucket, "uniformBucketLevelAccess", false, "heeds access lists"],
  ["buckets-versioned", bucket, "versioning/enabled", false, "doesn't keep old versions"],
  ["deletion-protection", bucket, "forceDestroy", true, "is deleted with what is in it"],
  ["keys-rotated", "gcp:kms/cryptoKey:CryptoKey", "rotationPeriod", "99999999s", "not renewed"],
  [
    "databases-private",
    database,
    "settings/ipConfiguration/ipv4Enabled",
    true,
    "may have a public address",
  ],
  [
    "databases-demand-tls",
    database,
    "settings/ipConfiguration/sslMode",
    "ALLOW_UNENCRYPTED_AND_ENCRYPTED",
    "takes connections without TLS",
  ],
  [
    "databases-backed-up",
    database,
    "settings/backupConfiguration/enabled",
    false,
    "is not backed up",
  ],
  [
    "deletion-protection",
    database,
    "settings/deletionProtectionEnabled",
    false,
    "can be deleted by hand",
  ],
  ["database-passwords", "gcp:sql/user:User", "password", undefined, "without a password"],
  ["no-open-ingress", firewall, "sourceRanges", ["0.0.0.0/0"], "lets in everybody"],
  ["no-open-ingress", firewall, "sourceRanges", ["2000::/3"], "lets in everybody"],
  [
    "planned-networks",
    "gcp:compute/network:Network",
    "autoCreateSubnetworks",
    true,
    "makes subnetworks by itself",
  ],
  ["planned-networks", subnetwork, "privateIpGoogleAccess", false, "by public addresses alone"],
  [
    "no-broad-roles",
    "gcp:projects/iAMMember:IAMMember",
    "role",
    "roles/owner",
    "gives roles/owner",
  ],
  [
    "no-broad-roles",
    "gcp:projects/iAMMember:IAMMember",
    "member",
    "allAuthenticatedUsers",
    "gives rights to everybody",
  ],
  ["providers-bound", "pulumi:providers:gcp", "project", undefined, "works in any project"],
];

/** Of a project of Google Cloud. */
export const googleBreaks: readonly ProgramBreak[] = [
  ...rows.map(([rule, of, path, value, says]) => ({
    rule,
    of,
    what: `has ${JSON.stringify(value)} as ${path}`,
    change: set(path, value),
    says,
  })),
  {
    rule: "buckets-private",
    of: "gcp:storage/bucketIAMMember:BucketIAMMember",
    what: "is for everybody",
    change: set("member", "allUsers"),
    says: "gives rights to everybody",
    also: ["no-broad-roles"],
  },
  {
    rule: "registries-guarded",
    of: "gcp:artifactregistry/repository:Repository",
    what: "lets tags be moved",
    change: ({ props, ...own }) => ({
      ...own,
      props: { ...props, format: "DOCKER", dockerConfig: { immutableTags: false } },
    }),
    says: "lets tags be moved",
  },
  {
    rule: "flow-logs",
    of: subnetwork,
    what: "writes nothing down",
    change: ({ props, ...own }) => ({
      ...own,
      props: { ...props, purpose: "PRIVATE", logConfig: undefined },
    }),
    says: "writes nothing down",
  },
];
