import type { ImageSource } from "../../config/target.ts";
import type { ImageName } from "../cluster.ts";

/** The full reference of one of our images. */
export function imageReference(source: ImageSource, name: ImageName): string {
  if (source.kind === "registry") return `${source.registry}/${name}:${source.tag}`;
  const reference = source.references[name];
  if (reference === undefined) {
    const known = Object.keys(source.references).join(", ");
    throw new Error(
      `the node has no image "${name}" (it has: ${known}); build the missing ones with \`npm run demo\`, or with \`npm run up -- --full\` those of parts`,
    );
  }
  return reference;
}
