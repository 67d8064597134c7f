import {
  objectAt,
  parseJson,
  textAt,
  type JsonObject,
} from "../../../../tools/plugins/kit/json.ts";
import { inBatches } from "../nodes/in-batches.ts";
import type { World } from "../nodes/world.ts";
import { textsOf } from "../pools/inputs.ts";
import { zoneLabel } from "../pools/pool.ts";
import { ebsAddon, tagsInAnnotation } from "./aws.ts";

const kind = "disk";
const selectedNode = "volume.kubernetes.io/selected-node";
const provisionedBy = "pv.kubernetes.io/provisioned-by";

/** Who makes disks, and whether the cluster has it: GKE from birth, EKS as an add-on. */
const drivers = {
  gke: { name: "pd.csi.storage.gke.io", provider: "gcp", isThere: () => true },
  eks: {
    name: "ebs.csi.aws.com",
    provider: "aws",
    isThere: (world: World) => ebsAddon(world) !== undefined,
  },
} as const;

/** Labels of a disk on GKE: the class's parameter "labels", and GKE's own. */
function gkeLabels(_world: World, parameters: Readonly<Record<string, string>>) {
  return { labels: tagsInAnnotation(parameters["labels"] ?? "") };
}

/** Tags of a disk on EKS: the class's parameters "tagSpecification_1" and so on, and the add-on's for all disks. */
function eksTags(world: World, parameters: Readonly<Record<string, string>>) {
  const own = Object.entries(parameters)
    .filter(([key]) => key.startsWith("tagSpecification_"))
    .flatMap(([, text]) => Object.entries(tagsInAnnotation(text)));
  const values = textAt(ebsAddon(world)?.inputs, "configurationValues");
  const all =
    values === undefined ? undefined : objectAt(parseJson(values), "controller", "extraVolumeTags");
  return { tags: { ...textsOf(all), ...Object.fromEntries(own) } };
}

const marks = { gke: gkeLabels, eks: eksTags } as const;

interface Claim {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly size: string;
  readonly modes: JsonObject[string];
  readonly storageClass: JsonObject;
  readonly zone: string;
}

/** A claim that waits for a disk, with the zone that it has to be in. */
function waitingClaim(world: World, claim: JsonObject): Claim | undefined {
  if (textAt(claim, "spec", "volumeName") !== undefined) return undefined;
  if (textAt(claim, "metadata", "deletionTimestamp") !== undefined) return undefined;
  const className = textAt(claim, "spec", "storageClassName");
  const storageClass = world.view
    .of("classes")
    .find((item) => textAt(item, "metadata", "name") === className);
  if (storageClass === undefined) return undefined;
  if (textAt(storageClass, "provisioner") !== drivers[world.cluster.cloud].name) return undefined;
  const zone = zoneFor(world, claim, storageClass);
  if (zone === undefined) return undefined;
  return {
    namespace: textAt(claim, "metadata", "namespace") ?? "",
    name: textAt(claim, "metadata", "name") ?? "",
    uid: textAt(claim, "metadata", "uid") ?? "",
    size: textAt(claim, "spec", "resources", "requests", "storage") ?? "1Gi",
    modes: objectAt(claim, "spec")?.["accessModes"] ?? ["ReadWriteOnce"],
    storageClass,
    zone,
  };
}

/** The zone of the node that the scheduler has chosen, where the class waits for that. */
function zoneFor(world: World, claim: JsonObject, storageClass: JsonObject): string | undefined {
  const waits = textAt(storageClass, "volumeBindingMode") === "WaitForFirstConsumer";
  if (!waits) return world.pools[0]?.zones[0];
  const node = textAt(claim, "metadata", "annotations", selectedNode);
  return world.nodes.find(({ name }) => name === node)?.zone;
}

function volumeObject(world: World, claim: Claim): JsonObject {
  const driver = drivers[world.cluster.cloud].name;
  const zoneTerm = { key: zoneLabel, operator: "In", values: [claim.zone] };
  return {
    apiVersion: "v1",
    kind: "PersistentVolume",
    metadata: { name: `pvc-${claim.uid}`, annotations: { [provisionedBy]: driver } },
    spec: {
      accessModes: claim.modes,
      capacity: { storage: claim.size },
      claimRef: {
        apiVersion: "v1",
        kind: "PersistentVolumeClaim",
        namespace: claim.namespace,
        name: claim.name,
        uid: claim.uid,
      },
      csi: { driver, volumeHandle: `pvc-${claim.uid}` },
      nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: [zoneTerm] }] } },
      persistentVolumeReclaimPolicy: textAt(claim.storageClass, "reclaimPolicy") ?? "Delete",
      storageClassName: textAt(claim.storageClass, "metadata", "name") ?? "",
      volumeMode: "Filesystem",
    },
  };
}

async function provision(world: World, claim: Claim): Promise<void> {
  const { cloud, id } = world.cluster;
  const parameters = textsOf(objectAt(claim.storageClass, "parameters"));
  const name = `pvc-${claim.uid}`;
  if (world.store.find(kind, name) === undefined) {
    world.store.create({
      provider: drivers[cloud].provider,
      type: kind,
      id: name,
      name,
      inputs: {
        cluster: id,
        claim: `${claim.namespace}/${claim.name}`,
        zone: claim.zone,
        size: claim.size,
        parameters,
        ...marks[cloud](world, parameters),
      },
      outputs: {},
    });
  }
  await world.api.create("/api/v1/persistentvolumes", volumeObject(world, claim));
}

/** A volume whose claim is gone, and that is to go with it. */
function isAbandoned(world: World, volume: JsonObject): boolean {
  return (
    textAt(volume, "metadata", "annotations", provisionedBy) ===
      drivers[world.cluster.cloud].name &&
    textAt(volume, "status", "phase") === "Released" &&
    textAt(volume, "spec", "persistentVolumeReclaimPolicy") === "Delete"
  );
}

async function release(world: World, volume: JsonObject): Promise<void> {
  const name = textAt(volume, "metadata", "name") ?? "";
  const disk = world.store.find(kind, name);
  if (disk !== undefined) world.store.remove(disk);
  await world.api.delete(`/api/v1/persistentvolumes/${name}`);
}

/** Makes a disk for each claim, and deletes it with the claim where its class says so. */
export async function provisionVolumes(world: World): Promise<void> {
  if (!drivers[world.cluster.cloud].isThere(world)) return;
  const claims = world.view.of("claims").flatMap((claim) => waitingClaim(world, claim) ?? []);
  await inBatches(claims, (claim) => provision(world, claim));
  const abandoned = world.view.of("volumes").filter((volume) => isAbandoned(world, volume));
  await inBatches(abandoned, (volume) => release(world, volume));
}
