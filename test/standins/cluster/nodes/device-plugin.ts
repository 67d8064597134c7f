import { parse } from "yaml";
import {
  at,
  isObject,
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
import { isDaemon } from "./node.ts";
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

/** How many pods share a GPU by the plugin's configuration (NVIDIA/k8s-device-plugin, "Shared Access to GPUs"). */
export function replicasOf(config: string): number {
  const document: unknown = parse(config);
  const resources = listAt(toJsonObject(document), "sharing", "timeSlicing", "resources");
  const entry = resources.find((item) => isObject(item) && textAt(item, "name") === gpu);
  return numberAt(entry, "replicas") ?? 1;
}

/** What the plugin's pod makes of one GPU; undefined for a pod that is none, or that lacks its configuration. */
function slicesBy(world: World, pod: JsonObject): number | undefined {
  if (!isDaemon(pod) || textAt(pod, "status", "phase") !== "Running") return undefined;
  const container = listAt(pod, "spec", "containers").find(isPlugin);
  if (container === undefined) return undefined;
  const file = configFile(container);
  if (file === undefined) return 1;
  const text = mountedText(world, pod, container, file);
  return text === undefined ? undefined : replicasOf(text);
}

/** Gives the nodes with a running device plugin the GPUs that it would find, in the slices that it is told to make. */
export async function plugDevices(world: World): Promise<void> {
  for (const pool of world.pools.filter(({ gpus }) => gpus > 0)) {
    await inBatches(nodesOfPool(world, pool), async (node) => {
      const [slices] = podsOn(world, node).flatMap((pod) => slicesBy(world, pod) ?? []);
      if (slices === undefined) return;
      const wanted = pool.gpus * slices;
      if (at({ ...node.shape.allocatable }, gpu) === wanted) return;
      const amount = { [gpu]: wanted.toString() };
      const status = { capacity: amount, allocatable: amount };
      await world.api.patch(`${pathOf(node)}/status`, { status });
    });
  }
}
