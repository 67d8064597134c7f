import { createHash } from "node:crypto";
import {
  at,
  listAt,
  numberAt,
  objectAt,
  textAt,
  type Json,
  type JsonObject,
} from "../../../tools/plugins/kit/json.ts";
import type { Draft, Row, Shaped } from "../kit/row.ts";
import type { CloudStore, Entry } from "../kit/store.ts";
import { accountType } from "./identity.ts";
import { autonamed, gcpRow, texts, textOf } from "./gcp-row.ts";
import { hasAccelerator, isMachineType } from "./offerings.ts";
import { waitForNodesGone } from "./simulated-cluster.ts";
import { clusterType, nodePoolType } from "./type-tokens.ts";

/** ForceNew in resource_container_node_pool.go and node_config.go of the Terraform provider. */
const replaces = [
  "cluster",
  "location",
  "namePrefix",
  "initialNodeCount",
  "maxPodsPerNode",
  "placementPolicy",
  "queuedProvisioning",
  "networkConfig.createPodRange",
  "networkConfig.podRange",
  "networkConfig.podIpv4CidrBlock",
  "networkConfig.additionalNodeNetworkConfigs",
  "networkConfig.additionalPodNetworkConfigs",
  "networkConfig.podCidrOverprovisionConfig",
  "networkConfig.subnetwork",
  ...[
    "guestAccelerators",
    "localSsdCount",
    "ephemeralStorageLocalSsdConfig",
    "localNvmeSsdBlockConfig",
    "secondaryBootDisks",
    "gvnic",
    "metadata",
    "minCpuPlatform",
    "oauthScopes",
    "preemptible",
    "reservationAffinity",
    "spot",
    "flexStart",
    "maxRunDuration",
    "serviceAccount",
    "shieldedInstanceConfig",
    "bootDiskKmsKey",
    "nodeGroup",
    "advancedMachineFeatures",
    "soleTenantConfig",
    "hostMaintenancePolicy",
    "confidentialNodes",
    "enableConfidentialStorage",
  ].map((field) => `nodeConfig.${field}`),
];

const defaults: JsonObject = {
  management: { autoRepair: true, autoUpgrade: true },
  upgradeSettings: { maxSurge: 1, maxUnavailable: 0, strategy: "SURGE" },
  nodeConfig: {
    diskSizeGb: 100,
    diskType: "pd-balanced",
    imageType: "COS_CONTAINERD",
    machineType: "e2-medium",
    preemptible: false,
    serviceAccount: "default",
    shieldedInstanceConfig: { enableIntegrityMonitoring: true, enableSecureBoot: false },
    spot: false,
  },
};

/** Which accelerators go with a family of machines (cloud.google.com/compute/docs/gpus). */
const accelerators: readonly (readonly [RegExp, readonly string[]])[] = [
  [/^a2-highgpu-|^a2-megagpu-/, ["nvidia-tesla-a100"]],
  [/^a2-ultragpu-/, ["nvidia-a100-80gb"]],
  [/^g2-standard-/, ["nvidia-l4"]],
  [
    /^n1-/,
    [
      "nvidia-tesla-v100",
      "nvidia-tesla-t4",
      "nvidia-tesla-p4",
      "nvidia-tesla-p100",
      "nvidia-tesla-k80",
    ],
  ],
];

/** The taint that GKE itself puts on nodes with GPUs. */
const gpuTaint = { key: "nvidia.com/gpu", value: "present", effect: "NO_SCHEDULE" };

function gpusOf(value: Json | undefined): Json[] {
  return listAt(value, "nodeConfig", "guestAccelerators");
}

function clusterOf({ inputs, store }: Pick<Draft, "inputs" | "store">): Entry | undefined {
  return store.referred(clusterType, textOf(inputs, "cluster"));
}

function zonesOf(inputs: JsonObject, cluster: Entry | undefined): string[] {
  const given = texts(inputs, "nodeLocations");
  return given.length > 0 ? given : texts(cluster?.outputs, "nodeLocations");
}

function siblings(store: CloudStore, cluster: Entry): Entry[] {
  return store
    .list(nodePoolType)
    .filter(
      ({ outputs }) => store.referred(clusterType, textOf(outputs, "cluster"))?.id === cluster.id,
    );
}

/** Google refuses a machine with a GPU that it cannot have. */
function wrongAccelerator({ inputs }: Draft): string | undefined {
  const machine = textAt(inputs, "nodeConfig", "machineType") ?? "";
  const [, allowed = []] = accelerators.find(([family]) => family.test(machine)) ?? [];
  const wrong = gpusOf(inputs)
    .map((gpu) => textAt(gpu, "type") ?? "")
    .find((type) => !allowed.includes(type));
  return wrong === undefined
    ? undefined
    : `googleapi: Error 400: Accelerator type "${wrong}" is not supported with machine type "${machine}"., badRequest`;
}

/** In Google's words (keras-team/kinetic #305). */
function unknownMachine(draft: Draft): string | undefined {
  const machine = textAt(draft.inputs, "nodeConfig", "machineType") ?? "";
  if (isMachineType(machine)) return undefined;
  const [zone = ""] = zonesOf(draft.inputs, clusterOf(draft));
  return `googleapi: Error 400: Invalid machine type "${machine}" in zone "${zone}": GCE_NOT_FOUND., badRequest`;
}

/** In Google's words (GoogleCloudPlatform/kubernetes-engine-samples #1738): every zone of a pool must have the type. */
function missingAccelerator(draft: Draft): string | undefined {
  const zones = zonesOf(draft.inputs, clusterOf(draft));
  return gpusOf(draft.inputs)
    .map((gpu) => textAt(gpu, "type") ?? "")
    .flatMap((type) => zones.map((zone) => ({ type, zone })))
    .filter(({ type, zone }) => !hasAccelerator(type, zone))
    .map(
      ({ type, zone }) =>
        `googleapi: Error 400: Accelerator type "${type}" does not exist in zone ${zone}., badRequest`,
    )[0];
}

/** Time-sharing is for 2 to 48 containers. */
function wrongSharing({ inputs }: Draft): string | undefined {
  const wrong = gpusOf(inputs)
    .flatMap((gpu) => numberAt(gpu, "gpuSharingConfig", "maxSharedClientsPerGpu") ?? [])
    .find((clients) => clients < 2 || clients > 48);
  return wrong === undefined
    ? undefined
    : `googleapi: Error 400: max_shared_clients_per_gpu must be between 2 and 48, got ${wrong}., badRequest`;
}

/** hashicorp/terraform-provider-google #7928: Google adds this taint, and does not want it twice. */
function doubleTaint({ inputs }: Draft): string | undefined {
  const own = listAt(inputs, "nodeConfig", "taints").some(
    (taint) => textAt(taint, "key") === gpuTaint.key,
  );
  return own && gpusOf(inputs).length > 0
    ? "googleapi: Error 400: Found more than one taint with key nvidia.com/gpu and effect NO_SCHEDULE., badRequest"
    : undefined;
}

function mixedBounds({ inputs }: Draft): string | undefined {
  const has = (...keys: string[]): boolean =>
    keys.some((key) => at(inputs, "autoscaling", key) !== undefined);
  return has("minNodeCount", "maxNodeCount") && has("totalMinNodeCount", "totalMaxNodeCount")
    ? "googleapi: Error 400: Total node limits and per zone node limits cannot be used together., badRequest"
    : undefined;
}

/** From this version on a spot node's shutdown may be longer; in the order of Google's own numbers. */
const longShutdownFrom = [1, 35, 0, 1171000];

function isBefore(version: string, wanted: readonly number[]): boolean {
  const parts = version.replace("-gke", "").split(".").map(Number);
  const at = wanted.findIndex((part, index) => part !== (parts[index] ?? 0));
  return at >= 0 && (parts[at] ?? 0) < (wanted[at] ?? 0);
}

/** The kubelet's shutdown is for nodes that Google takes back, up to two minutes, in clusters that know it. */
function wrongShutdown(draft: Draft): string | undefined {
  const kubelet = objectAt(draft.inputs, "nodeConfig", "kubeletConfig");
  const all = numberAt(kubelet, "shutdownGracePeriodSeconds");
  if (all === undefined) return undefined;
  const critical = numberAt(kubelet, "shutdownGracePeriodCriticalPodsSeconds") ?? 0;
  const refused = (why: string): string =>
    `googleapi: Error 400: shutdown_grace_period_seconds ${why}., badRequest`;
  if (at(draft.inputs, "nodeConfig", "spot") !== true) return refused("is for Spot VMs only");
  if (all < 10 || all > 120 || critical > all) return refused(`must be 10 to 120, got ${all}`);
  const version = textAt(clusterOf(draft)?.outputs, "masterVersion") ?? "";
  return isBefore(version, longShutdownFrom)
    ? refused(`needs version 1.35.0-gke.1171000, the cluster has ${version}`)
    : undefined;
}

function wrongZone(draft: Draft): string | undefined {
  const region = textAt(clusterOf(draft)?.outputs, "location") ?? "";
  const wrong = texts(draft.inputs, "nodeLocations").find((zone) => !zone.startsWith(region));
  return wrong === undefined
    ? undefined
    : `googleapi: Error 400: Location "${wrong}" is not in the region "${region}"., badRequest`;
}

/**
 * GKE's own taint is put on a GPU pool when it is made, unless the cluster has no pool without GPUs then
 * (terraform-google-modules/terraform-google-kubernetes-engine #703).
 */
function addsTaint(shaped: Shaped): boolean {
  if (gpusOf(shaped.inputs).length === 0) return false;
  if (shaped.old !== undefined) {
    return listAt(shaped.old, "nodeConfig", "effectiveTaints").some(
      (taint) => textAt(taint, "key") === gpuTaint.key,
    );
  }
  const cluster = clusterOf(shaped);
  if (cluster === undefined) return true;
  return siblings(shaped.store, cluster).some(({ outputs }) => gpusOf(outputs).length === 0);
}

function nodeConfig(shaped: Shaped): JsonObject {
  const own = listAt(shaped.inputs, "nodeConfig", "taints");
  const effectiveTaints = addsTaint(shaped) ? [...own, gpuTaint] : own;
  return { ...objectAt(shaped.inputs, "nodeConfig"), effectiveTaints };
}

function instanceGroups(shaped: Shaped, zones: readonly string[]): string[] {
  const hash = createHash("sha256").update(shaped.id).digest("hex").slice(0, 8);
  const [, project = ""] = shaped.id.split("/");
  const cluster = clusterOf(shaped)?.name ?? "";
  return zones.map(
    (zone) =>
      `https://www.googleapis.com/compute/v1/projects/${project}/zones/${zone}/instanceGroupManagers/gke-${cluster}-${shaped.name}-${hash}-grp`,
  );
}

function outputs(shaped: Shaped): JsonObject {
  const cluster = clusterOf(shaped);
  const zones = zonesOf(shaped.inputs, cluster);
  const groups = instanceGroups(shaped, zones);
  return {
    location: textAt(shaped.inputs, "location") ?? textAt(cluster?.outputs, "location") ?? "",
    nodeConfig: nodeConfig(shaped),
    nodeLocations: zones,
    instanceGroupUrls: groups.map((url) => url.replace("Managers", "s")),
    managedInstanceGroupUrls: groups,
  };
}

async function afterDelete(entry: Entry, store: CloudStore): Promise<void> {
  const cluster = store.referred(clusterType, textOf(entry.outputs, "cluster"));
  if (cluster !== undefined) await waitForNodesGone(cluster, store, entry.name);
}

export const nodePool: Row = gcpRow({
  autoname: autonamed(40),
  id: (draft) => {
    const parent = clusterOf(draft)?.id ?? textOf(draft.inputs, "cluster");
    return `${parent}/nodePools/${textOf(draft.inputs, "name")}`;
  },
  replaces,
  defaults,
  outputs,
  made: (shaped) => ({
    initialNodeCount: 0,
    nodeCount: numberAt(shaped.inputs, "initialNodeCount") ?? 0,
    maxPodsPerNode: 110,
    operation: "",
    version: textAt(clusterOf(shaped)?.outputs, "masterVersion") ?? "",
  }),
  uses: [
    { field: "cluster", type: clusterType, onDelete: "vanish" },
    {
      field: "nodeConfig.serviceAccount",
      type: accountType,
      onDelete: "nothing",
      elsewhere: true,
    },
  ],
  refuses: (draft) =>
    unknownMachine(draft) ??
    wrongAccelerator(draft) ??
    wrongSharing(draft) ??
    doubleTaint(draft) ??
    mixedBounds(draft) ??
    wrongShutdown(draft) ??
    wrongZone(draft) ??
    missingAccelerator(draft),
  afterDelete,
});
