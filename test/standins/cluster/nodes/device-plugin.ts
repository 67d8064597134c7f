import { parse } from "yaml";
import {
  at,
  listAt,
  numberAt,
  textAt,
  toJsonObject,
  type Json,
  type JsonObject,
} from "../../../../tools/plugins/kit/json.ts";
import { gpu } from "../pools/pool.ts";
import { inBatches } from "./in-batches.ts";
import { pathOf } from "./lifecycle.ts";
import { isActive, isDaemon, type SimulatedNode } from "./node.ts";
import { needsOf } from "../scaling/needs.ts";
import { nodesOfPool, podsOn, type World } from "./world.ts";

function isPlugin(container: Json): boolean {
  return (textAt(container, "image") ?? "").includes("k8s-device-plugin");
}

/** The file that the plugin is told to read, by flag or by environment. */
function configFile(container: Json): string | undefined {
  const words = [...listAt(container, "command"), ...listAt(container, "args")].map(String);
  const flag = words.findIndex((word) => word.startsWith("--config-file"));
  const [, inline] = (words[flag] ?? "").split("=");
  const variable = listAt(container, "env").find((item) => textAt(item, "name") === "CONFIG_FILE");
  return inline ?? (flag < 0 ? undefined : words[flag + 1]) ?? textAt(variable, "value");
}

/** A file's text, where it comes from a ConfigMap that the pod mounts. */
function mountedText(
  world: World,
  pod: JsonObject,
  container: Json,
  file: string,
): string | undefined {
  const mount = listAt(container, "volumeMounts").find((item) =>
    file.startsWith(`${textAt(item, "mountPath") ?? "?"}/`),
  );
  const volume = listAt(pod, "spec", "volumes").find(
    (item) => textAt(item, "name") === textAt(mount, "name"),
  );
  const name = textAt(volume, "configMap", "name");
  const map = world.view
    .of("configMaps")
    .find(
      (item) =>
        textAt(item, "metadata", "name") === name &&
        textAt(item, "metadata", "namespace") === textAt(pod, "metadata", "namespace"),
    );
  const inside = file.slice((textAt(mount, "mountPath") ?? "").length + 1);
  const items = listAt(volume, "configMap", "items");
  const item = items.find((entry) => textAt(entry, "path") === inside);
  return textAt(map, "data", textAt(item, "key") ?? inside);
}

/** How a node's GPUs are shared. */
export interface Sharing {
  /** Pods that share one GPU. */
  readonly replicas: number;
  /** Whether a pod that asks for more than one share is refused when it is already on the node. */
  readonly refusesSeveral: boolean;
}

const whole: Sharing = { replicas: 1, refusesSeveral: false };

/** What the plugin's configuration says (NVIDIA/k8s-device-plugin, "Shared Access to GPUs"). */
export function sharingOf(config: string): Sharing {
  const document: unknown = parse(config);
  const slicing = at(toJsonObject(document), "sharing", "timeSlicing");
  const entry = listAt(slicing, "resources").find((item) => textAt(item, "name") === gpu);
  return {
    replicas: numberAt(entry, "replicas") ?? 1,
    refusesSeveral: at(slicing, "failRequestsGreaterThanOne") === true,
  };
}

/** What the plugin's pod makes of a GPU; undefined for a pod that is none, or that lacks its configuration. */
function sharingBy(world: World, pod: JsonObject): Sharing | undefined {
  if (!isDaemon(pod) || textAt(pod, "status", "phase") !== "Running") return undefined;
  const container = listAt(pod, "spec", "containers").find(isPlugin);
  if (container === undefined) return undefined;
  const file = configFile(container);
  if (file === undefined) return whole;
  const text = mountedText(world, pod, container, file);
  return text === undefined ? undefined : sharingOf(text);
}

/** GKE's own plugin, which its nodes have from the beginning; it says on the node how it shares. */
function ownSharing(node: SimulatedNode): Sharing | undefined {
  const clients = node.shape.labels["cloud.google.com/gke-max-shared-clients-per-gpu"];
  return clients === undefined ? undefined : { replicas: Number(clients), refusesSeveral: true };
}

async function advertise(world: World, node: SimulatedNode, amount: number): Promise<void> {
  if (node.shape.allocatable[gpu] === amount) return;
  const amounts = { [gpu]: amount.toString() };
  const status = { capacity: amounts, allocatable: amounts };
  await world.api.patch(`${pathOf(node)}/status`, { status });
}

/** A kubelet asks the plugin when the scheduler has decided, and a refused pod has failed. */
async function refuse(world: World, pod: JsonObject, amount: number): Promise<void> {
  const namespace = textAt(pod, "metadata", "namespace") ?? "";
  const name = textAt(pod, "metadata", "name") ?? "";
  const status = {
    phase: "Failed",
    reason: "UnexpectedAdmissionError",
    message:
      `Allocate failed due to request for '${gpu}: ${amount.toString()}' too large: ` +
      "maximum request size for shared resources is 1, which is unexpected",
  };
  await world.api.patch(`/api/v1/namespaces/${namespace}/pods/${name}/status`, { status });
}

async function refuseSeveral(world: World, node: SimulatedNode): Promise<void> {
  const asking = podsOn(world, node)
    .filter(isActive)
    .map((pod) => ({ pod, amount: needsOf(pod).requests[gpu] ?? 0 }));
  const greedy = asking.filter(({ amount }) => amount > 1);
  await inBatches(greedy, ({ pod, amount }) => refuse(world, pod, amount));
}

/** Gives the nodes with a running device plugin the GPUs that it would find, and refuses what it would refuse. */
export async function plugDevices(world: World): Promise<void> {
  for (const pool of world.pools) {
    await inBatches(nodesOfPool(world, pool), async (node) => {
      const [plugged] = podsOn(world, node).flatMap((pod) => sharingBy(world, pod) ?? []);
      if (pool.gpus > 0 && plugged !== undefined) {
        await advertise(world, node, pool.gpus * plugged.replicas);
      }
      const sharing = plugged ?? ownSharing(node);
      if (sharing?.refusesSeveral === true) await refuseSeveral(world, node);
    });
  }
}
