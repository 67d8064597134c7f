import { cpSync, existsSync, mkdirSync, realpathSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import manifest from "../../package.json" with { type: "json" };
import { binFolder, root } from "../paths.ts";
import { writeWhole } from "../steps.ts";
import { binaryFingerprint, copySources, filesUnder, fingerprints } from "./content-hash.ts";
import { debianArgs, makeDebianRoot } from "./debian-root.ts";
import type { ImageRow, Source } from "./image-table.ts";
import { fillModel, modelInputs } from "./model-source.ts";
import { installModules, moduleInputs } from "./node-modules.ts";

/** The Node binary that npm installed for this machine's processor. */
function nodeBinary(): string {
  const name = `node-linux-${process.arch}`;
  try {
    const manifest = createRequire(join(root, "package.json")).resolve(`${name}/package.json`);
    return join(dirname(manifest), "bin/node");
  } catch (cause) {
    throw new Error(`The npm package ${name} is missing: run "npm ci" in ${root}`, { cause });
  }
}

function goBinary(name: string): string {
  const path = join(binFolder, name);
  if (!existsSync(path)) {
    throw new Error(`${path} is missing: the Go tools are built first (npm run demo does it)`);
  }
  return realpathSync(path);
}

/** Where folders that were made with a binary lie. */
function besideOf(binary: string): string {
  return dirname(goBinary(binary));
}

/** Where the programs read their version; the rest of our package.json decides nothing in an image. */
const appManifest = JSON.stringify({ name: manifest.name, version: manifest.version });

function sourceInputs(source: Source): string[] {
  switch (source.kind) {
    case "debian":
      return [...debianArgs];
    case "node":
      return [binaryFingerprint(nodeBinary())];
    case "go":
      return [
        binaryFingerprint(goBinary(source.binary)),
        ...(source.folders ?? []).flatMap((folder) =>
          fingerprints(besideOf(source.binary), folder),
        ),
      ];
    case "model":
      return [appManifest, ...modelInputs(source.service)];
    case "app":
      return [
        appManifest,
        ...moduleInputs(source.workspace),
        ...source.folders.flatMap((folder) => fingerprints(root, folder)),
      ];
  }
}

/** Everything that decides what an image becomes, but for its parent. */
export function imageInputs(row: ImageRow): string[] {
  const own = fingerprints(join(root, "images"), row.name);
  return row.source === undefined ? own : [...own, ...sourceInputs(row.source)];
}

async function fillSource(source: Source, folder: string, log: string): Promise<void> {
  switch (source.kind) {
    case "debian":
      await makeDebianRoot(join(folder, "root.tar"), log);
      return;
    case "node":
      cpSync(nodeBinary(), join(folder, "node"));
      return;
    case "go":
      cpSync(goBinary(source.binary), join(folder, source.binary));
      for (const beside of source.folders ?? []) {
        cpSync(join(besideOf(source.binary), beside), join(folder, beside), { recursive: true });
      }
      return;
    case "model":
      await fillModel(source.service, folder, log);
      writeWhole(join(folder, "app/package.json"), appManifest);
      return;
    case "app":
      await installModules(source.workspace, join(folder, "modules"), log);
      copySources(source.folders, join(folder, "app"));
      writeWhole(join(folder, "app/package.json"), appManifest);
  }
}

/** Fills a folder so that any OCI builder can build the image from it alone. */
export async function prepareContext(row: ImageRow, folder: string, log: string): Promise<void> {
  const own = join(root, "images", row.name);
  for (const file of readContext(own)) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    cpSync(join(own, file), join(folder, file));
  }
  if (row.source !== undefined) await fillSource(row.source, folder, log);
}

function readContext(folder: string): string[] {
  if (!existsSync(join(folder, "Containerfile"))) {
    throw new Error(`${join(folder, "Containerfile")} is missing`);
  }
  return filesUnder(folder);
}
