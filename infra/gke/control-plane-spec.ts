import { gkeMinimum } from "../../config/kubernetes-versions.ts";
import type { GkeSection } from "../../config/schema.ts";
import type { OwnersGateway } from "../cluster.ts";
import { rangeNames } from "./network.ts";

/** Plain parts of the cluster's description, so that tests and previews see them whole. */

/**
 * The name of the control plane. Without traffic from outside only Google's own services use it. Where it is the way in, IAM
 * decides before the cluster sees a request, and takes people's and workloads' tokens of Google alone: tokens of service
 * accounts in the cluster and certificates, which nobody can take back, do not work from outside.
 */
function namedEndpoint({ endpoint }: Pick<GkeSection, "endpoint">) {
  if (endpoint === "networks") return { allowExternalTraffic: false };
  return { allowExternalTraffic: true, enableK8sTokensViaDns: false, enableK8sCertsViaDns: false };
}

/** Who reaches the Kubernetes API: the nodes, and from outside the networks that the config names, or the name. */
export function endpointAccess(
  section: Pick<GkeSection, "authorizedNetworks" | "endpoint" | "network">,
) {
  const { authorizedNetworks, network } = section;
  return {
    privateClusterConfig: {
      enablePrivateNodes: true,
      // Without such networks the API has no external address.
      enablePrivateEndpoint: authorizedNetworks.length === 0,
      masterIpv4CidrBlock: network.controlPlane,
    },
    masterAuthorizedNetworksConfig: {
      cidrBlocks: authorizedNetworks.map(({ name, cidr }) => ({
        cidrBlock: cidr,
        displayName: name,
      })),
      // Else every virtual machine of every Google customer could knock.
      gcpPublicCidrsAccessEnabled: false,
    },
    controlPlaneEndpointsConfig: { dnsEndpointConfig: namedEndpoint(section) },
  };
}

/**
 * GKE takes "1.36" for the newest patch of it in the channel, and raises the control plane when its version is lower. It
 * upgrades control plane and nodes within the channel by itself.
 */
export function leastVersion(section: Pick<GkeSection, "version" | "releaseChannel">) {
  const minMasterVersion = gkeMinimum(section);
  return minMasterVersion === undefined ? {} : { minMasterVersion };
}

/** Ways in that Kubernetes has had for compatibility. */
export const hardening = {
  enableShieldedNodes: true,
  enableLegacyAbac: false,
  masterAuth: { clientCertificateConfig: { issueClientCertificate: false } },
  // Only health checks may be anonymous.
  anonymousAuthenticationConfig: { mode: "LIMITED" },
  rbacBindingConfig: {
    enableInsecureBindingSystemAuthenticated: false,
    enableInsecureBindingSystemUnauthenticated: false,
  },
  securityPostureConfig: { mode: "BASIC", vulnerabilityMode: "VULNERABILITY_DISABLED" },
} as const;

/** Google brings the kinds of Gateway API, and keeps them, where its load balancers are the Gateways. */
export function gatewayApi(kind: OwnersGateway["kind"] | undefined) {
  return kind === "gke" ? { gatewayApiConfig: { channel: "CHANNEL_STANDARD" } } : {};
}

/** What Google logs, pods' lines only where nobody else keeps them: each costs by its size. */
export function loggingConfig(keepsLines: boolean) {
  const ofCluster = ["SYSTEM_COMPONENTS", "APISERVER", "CONTROLLER_MANAGER", "SCHEDULER"];
  return { enableComponents: keepsLines ? [...ofCluster, "WORKLOADS"] : ofCluster };
}

/** What Google measures; DCGM is the GPUs. */
export const observation = {
  monitoringConfig: {
    enableComponents: ["SYSTEM_COMPONENTS", "STORAGE", "HPA", "POD", "DEPLOYMENT", "DCGM"],
    managedPrometheus: { enabled: true },
  },
  costManagementConfig: { enabled: true },
};

/** How pods are connected. Dataplane V2 (ADVANCED_DATAPATH) enforces NetworkPolicies without an add-on. */
export const podNetwork = {
  networkingMode: "VPC_NATIVE",
  datapathProvider: "ADVANCED_DATAPATH",
  ipAllocationPolicy: {
    clusterSecondaryRangeName: rangeNames.pods,
    servicesSecondaryRangeName: rangeNames.services,
  },
  // Without it an internal load balancer knows no more than 250 nodes.
  enableL4IlbSubsetting: true,
} as const;

export const addOns = {
  gcePersistentDiskCsiDriverConfig: { enabled: true },
  horizontalPodAutoscaling: { disabled: false },
  httpLoadBalancing: { disabled: false },
  // A cache on each node would answer names at an address that NetworkPolicies by label do not reach.
  dnsCacheConfig: { enabled: false },
};

/**
 * How eager GKE is to take nodes away. BALANCED waits ten minutes, as seed 004 asks; OPTIMIZE_UTILIZATION would
 * take a GPU node, and the images on it, between two jobs. No pools of GKE's own making (`enabled`): the config
 * names them all. The order of pools and the thresholds are in compute-class.ts.
 */
export const autoscaling = {
  enabled: false,
  autoscalingProfile: "BALANCED",
  defaultComputeClassEnabled: true,
} as const;

/** When Google may upgrade, in UTC. */
export const maintenance = { dailyMaintenanceWindow: { startTime: "03:00" } } as const;
