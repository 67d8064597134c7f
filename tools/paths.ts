import { createHash } from "node:crypto";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { cacheFolder } from "./env.ts";

/** The clone. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Everything that belongs to this clone alone: the node's state, the stack's state, the descriptor. */
export const own = join(root, ".framewright");

export const cache = cacheFolder;

/** Programs that are built of Go modules, by what they were built from. */
export const builtFolder = join(cache, "go");

/** Distinguishes what the kernel keeps for this clone (cgroups) from another clone's. */
export const cloneId = createHash("sha256").update(root).digest("hex").slice(0, 8);

export const descriptorFile = join(own, "node.json");

export const binFolder = join(own, "bin");

export const logFolder = join(own, "logs");

/** State and plugins of Pulumi for this clone, instead of those in the user's home. */
export const pulumiFolder = join(own, "pulumi");
export const pulumiHome = join(pulumiFolder, "home");

/** What Node compiled of the SDKs, which is most of what a preview of a small stack takes. */
export const compileCache = join(own, "compile-cache");
