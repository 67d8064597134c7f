import * as gcp from "@pulumi/gcp";
import { onGcp } from "./gcp.ts";

type NodeConfig = gcp.types.input.container.NodePoolNodeConfig;
type ClusterArgs = gcp.container.ClusterArgs;
type NodePoolArgs = gcp.container.NodePoolArgs;

function nodes(changes: Partial<NodeConfig> = {}): NodeConfig {
  return {
    machineType: "n2-standard-4",
    imageType: "COS_CONTAINERD",
    serviceAccount: "nodes@shop.iam.gserviceaccount.com",
    oauthScopes: ["https://www.googleapis.com/auth/cloud-platform"],
    metadata: { "disable-legacy-endpoints": "true" },
    shieldedInstanceConfig: { enableSecureBoot: true, enableIntegrityMonitoring: true },
    workloadMetadataConfig: { mode: "GKE_METADATA" },
    ...changes,
  };
}

/** What lets in nobody but who is named. */
const access: ClusterArgs = {
  privateClusterConfig: {
    enablePrivateNodes: true,
    enablePrivateEndpoint: false,
    masterIpv4CidrBlock: "172.16.0.0/28",
  },
  masterAuthorizedNetworksConfig: {
    cidrBlocks: [{ cidrBlock: "203.0.113.0/24", displayName: "office" }],
    gcpPublicCidrsAccessEnabled: false,
  },
  controlPlaneEndpointsConfig: { dnsEndpointConfig: { allowExternalTraffic: false } },
  enableLegacyAbac: false,
  masterAuth: { clientCertificateConfig: { issueClientCertificate: false } },
  anonymousAuthenticationConfig: { mode: "LIMITED" },
  rbacBindingConfig: {
    enableInsecureBindingSystemAuthenticated: false,
    enableInsecureBindingSystemUnauthenticated: false,
  },
};

/** A cluster on GKE that every rule accepts; `changes` replace its properties. */
export function gkeCluster(changes: Partial<ClusterArgs>): gcp.container.Cluster {
  const keyRing = "projects/shop/locations/europe-west3/keyRings/shop";
  const key = new gcp.kms.CryptoKey("secrets", { keyRing, rotationPeriod: "7776000s" }, onGcp);
  return new gcp.container.Cluster(
    "shop",
    {
      location: "europe-west3",
      releaseChannel: { channel: "REGULAR" },
      datapathProvider: "ADVANCED_DATAPATH",
      ...access,
      workloadIdentityConfig: { workloadPool: "shop.svc.id.goog" },
      databaseEncryption: { state: "ENCRYPTED", keyName: key.id },
      enableShieldedNodes: true,
      securityPostureConfig: { mode: "BASIC", vulnerabilityMode: "VULNERABILITY_DISABLED" },
      loggingConfig: { enableComponents: ["SYSTEM_COMPONENTS", "APISERVER"] },
      removeDefaultNodePool: true,
      initialNodeCount: 1,
      nodeConfig: nodes(),
      deletionProtection: true,
      ...changes,
    },
    onGcp,
  );
}

/** A pool of it; `changes` replace its properties, `node` those of its nodes. */
export function gkeNodes(
  changes: Partial<NodePoolArgs>,
  node: Partial<NodeConfig> = {},
  name = "system",
): gcp.container.NodePool {
  return new gcp.container.NodePool(
    name,
    {
      cluster: "shop",
      location: "europe-west3",
      autoscaling: { totalMinNodeCount: 1, totalMaxNodeCount: 3 },
      management: { autoRepair: true, autoUpgrade: true },
      networkConfig: { enablePrivateNodes: true },
      nodeConfig: nodes(node),
      ...changes,
    },
    onGcp,
  );
}
