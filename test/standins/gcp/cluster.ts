import { randomBytes } from "node:crypto";
import {
  at,
  listAt,
  numberAt,
  objectAt,
  textAt,
  type JsonObject,
} from "../../../tools/plugins/kit/json.ts";
import type { Draft, Row } from "../kit/row.ts";
import type { CloudStore, Entry } from "../kit/store.ts";
import { autonamed, gcpRow, projectOf, regionOf, textOf } from "./gcp-row.ts";
import { cryptoKeyMemberType } from "./identity.ts";
import { networkType, subnetworkType } from "./network.ts";
import { startFor, stopFor } from "./simulated-cluster.ts";
import { cryptoKeyType } from "./storage.ts";

/** Google's longest name of a cluster. */
const maxLength = 40;

/** What new clusters get where the program leaves the version to the release channel. */
const channelVersion = "1.35";

/** The minor versions of each channel (docs.cloud.google.com/kubernetes-engine/docs/release-notes, June 2026). */
const channelVersions: Readonly<Record<string, readonly string[]>> = {
  RAPID: ["1.34", "1.35", "1.36"],
  REGULAR: ["1.34", "1.35", "1.36"],
  STABLE: ["1.34", "1.35"],
};

/** Second number of "1.35" and of "1.35.1-gke.1000000". */
function minorOf(version: string): number {
  return Number(version.split(".")[1]);
}

/** A control plane gets the newest patch of a minor version of its channel, one minor version at a time. */
function wrongVersion({ inputs, old }: Draft): string | undefined {
  const wanted = textAt(inputs, "minMasterVersion");
  if (wanted === undefined) return undefined;
  const channel = textAt(inputs, "releaseChannel", "channel") ?? "REGULAR";
  if (channelVersions[channel]?.includes(wanted) !== true) {
    return `googleapi: Error 400: No valid versions with the prefix "${wanted}" found., badRequest`;
  }
  const now = textAt(old, "masterVersion");
  if (now === undefined || minorOf(wanted) - minorOf(now) < 2) return undefined;
  return `googleapi: Error 400: Master cannot be upgraded to "${wanted}": cannot upgrade the master more than a minor version at a time., badRequest`;
}

function patchOf(minor: string): string {
  return `${minor}.1-gke.1000000`;
}

/** The version after an update: never a lower one (resource_container_cluster.go, min_master_version). */
function raised({ outputs }: Entry): JsonObject {
  const now = textAt(outputs, "masterVersion") ?? "";
  const wanted = textAt(outputs, "minMasterVersion");
  if (wanted === undefined || minorOf(wanted) <= minorOf(now)) return {};
  return { masterVersion: patchOf(wanted) };
}

async function updated(entry: Entry, store: CloudStore): Promise<JsonObject> {
  return { ...(await startFor(entry, store)), ...raised(entry) };
}

function locationOf(draft: Pick<Draft, "inputs" | "config">): string {
  return textAt(draft.inputs, "location") ?? regionOf(draft);
}

/** ForceNew in resource_container_cluster.go of the Terraform provider. */
const replaces = [
  "location",
  "description",
  "network",
  "subnetwork",
  "clusterIpv4Cidr",
  "datapathProvider",
  "networkingMode",
  "ipAllocationPolicy",
  "initialNodeCount",
  "nodePools",
  "nodeConfig.guestAccelerators",
  "nodeConfig.serviceAccount",
  "nodeConfig.oauthScopes",
  "nodeConfig.spot",
  "nodeConfig.shieldedInstanceConfig",
  "confidentialNodes",
  "defaultMaxPodsPerNode",
  "enableAutopilot",
  "enableKubernetesAlpha",
  "enableTpu",
  "enableMultiNetworking",
  "masterAuth.clientCertificateConfig",
  "privateClusterConfig.enablePrivateNodes",
  "privateClusterConfig.masterIpv4CidrBlock",
  "privateClusterConfig.privateEndpointSubnetwork",
  "clusterAutoscaling.autoProvisioningDefaults.bootDiskKmsKey",
];

const defaults: JsonObject = {
  deletionProtection: true,
  enableKubernetesAlpha: false,
  enableLegacyAbac: false,
  enableShieldedNodes: true,
  databaseEncryption: { state: "DECRYPTED", keyName: "" },
  loggingService: "logging.googleapis.com/kubernetes",
  monitoringService: "monitoring.googleapis.com/kubernetes",
  network: "default",
  networkingMode: "VPC_NATIVE",
  releaseChannel: { channel: "REGULAR" },
};

/** A named range for pods or Services must be one of the subnetwork's own. */
function missingRange({ inputs, store }: Draft): string | undefined {
  const subnetwork = store.referred(subnetworkType, textOf(inputs, "subnetwork"));
  const known = listAt(subnetwork?.outputs, "secondaryIpRanges").map((range) =>
    textAt(range, "rangeName"),
  );
  const wanted = ["clusterSecondaryRangeName", "servicesSecondaryRangeName"];
  const missing = wanted
    .flatMap((key) => textAt(inputs, "ipAllocationPolicy", key) ?? [])
    .find((name) => !known.includes(name));
  return missing === undefined
    ? undefined
    : `googleapi: Error 400: Secondary range "${missing}" does not exist in subnetwork "${subnetwork?.name ?? ""}"., badRequest`;
}

function withoutNodes({ inputs }: Draft): string | undefined {
  const has =
    (numberAt(inputs, "initialNodeCount") ?? 0) > 0 ||
    listAt(inputs, "nodePools").length > 0 ||
    at(inputs, "enableAutopilot") === true;
  return has
    ? undefined
    : "googleapi: Error 400: Cluster.initial_node_count must be greater than zero., badRequest";
}

/** GKE's own account must be allowed to use the key before the cluster is made. */
function forbiddenKey({ inputs, store }: Draft): string | undefined {
  const key = store.referred(cryptoKeyType, textAt(inputs, "databaseEncryption", "keyName") ?? "");
  if (key === undefined) return undefined;
  const allowed = store.list(cryptoKeyMemberType).some(({ outputs }) => {
    const { cryptoKeyId, member, role } = outputs;
    return (
      cryptoKeyId === key.id &&
      role === "roles/cloudkms.cryptoKeyEncrypterDecrypter" &&
      typeof member === "string" &&
      member.includes("@container-engine-robot.")
    );
  });
  return allowed
    ? undefined
    : `googleapi: Error 400: Permission 'cloudkms.cryptoKeyVersions.useToEncrypt' denied on resource '${key.id}' (or it may not exist)., badRequest`;
}

/** A private control plane that nobody is let through to, but from its own network. */
function wrongEndpoint({ inputs }: Draft): string | undefined {
  const config = objectAt(inputs, "privateClusterConfig");
  const unauthorized = objectAt(inputs, "masterAuthorizedNetworksConfig") === undefined;
  return at(config, "enablePrivateEndpoint") === true && unauthorized
    ? "googleapi: Error 400: Master authorized networks must be enabled when the private endpoint is the only one., badRequest"
    : undefined;
}

export const cluster: Row = gcpRow({
  autoname: autonamed(maxLength),
  id: (draft) =>
    `projects/${projectOf(draft)}/locations/${locationOf(draft)}/clusters/${textOf(draft.inputs, "name")}`,
  replaces,
  defaults,
  outputs: (shaped) => ({
    location: locationOf(shaped),
    selfLink: `https://container.googleapis.com/v1/${shaped.id}`,
  }),
  made: ({ inputs }) => {
    const version = patchOf(textAt(inputs, "minMasterVersion") ?? channelVersion);
    return {
      labelFingerprint: randomBytes(4).toString("hex"),
      masterVersion: version,
      nodeVersion: version,
      operation: "",
      servicesIpv4Cidr: "",
    };
  },
  uses: [
    // The network that every project has.
    { field: "network", type: networkType, onDelete: "refuse", elsewhere: true },
    { field: "subnetwork", type: subnetworkType, onDelete: "refuse" },
    {
      field: "databaseEncryption.keyName",
      type: cryptoKeyType,
      onDelete: "nothing",
      elsewhere: true,
    },
  ],
  refuses: (draft) =>
    missingRange(draft) ??
    withoutNodes(draft) ??
    forbiddenKey(draft) ??
    wrongEndpoint(draft) ??
    wrongVersion(draft),
  protection: (outputs) =>
    at(outputs, "deletionProtection") === false
      ? undefined
      : "Cannot destroy cluster because deletion_protection is set to true. Set it to false to proceed with cluster deletion.",
  onCreate: startFor,
  // An update after a creation that broke off finds the control plane half started.
  onUpdate: updated,
  // GKE goes on with a cluster whose creation nobody waited for any more.
  onRead: (entry, store) =>
    (textAt(entry.outputs, "endpoint") ?? "") === "" ? startFor(entry, store) : Promise.resolve({}),
  beforeDelete: stopFor,
});
