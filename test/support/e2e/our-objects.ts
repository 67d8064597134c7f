import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { stateFolder } from "../../../tools/node/addresses.ts";
import { kubectl } from "../../../tools/node/start.ts";

async function lines(args: readonly string[]): Promise<string[]> {
  return (await kubectl(args)).split("\n").filter((line) => line !== "");
}

/** Every object of the cluster that carries our label, of whatever kind, and every volume. */
export async function ourObjects(): Promise<string[]> {
  const kinds = await lines(["api-resources", "--verbs=list,delete", "--output=name"]);
  // Metrics are readings, not objects.
  const objects = kinds.filter((kind) => !kind.endsWith(".metrics.k8s.io"));
  const ours = ["--selector=app.kubernetes.io/part-of=framewright", "--ignore-not-found"];
  const labelled = await lines([
    ...["get", objects.join(","), "--all-namespaces", "--output=name"],
    ...ours,
  ]);
  const namespaces = await lines(["get", "namespaces", "--output=name"]);
  const volumes = await lines(["get", "persistentvolumes", "--output=name"]);
  return [...labelled, ...volumes, ...namespaces.filter((name) => name.includes("/framewright"))];
}

/** The folders on the disk that the volumes are. */
export function volumeFolders(): string[] {
  const folder = join(stateFolder, "volumes");
  return existsSync(folder) ? readdirSync(folder) : [];
}
