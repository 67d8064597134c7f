import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { exec, ExecError } from "../exec.ts";
import { prepareContext } from "../images/context.ts";
import { lowest, releasedImages, withParents } from "../images/image-table.ts";
import {
  archiveArguments,
  buildArguments,
  isMissing,
  pushArguments,
  type Lowest,
} from "../images/release.ts";
import { binFolder, own, root } from "../paths.ts";
import { hashOf, step, writeWhole } from "../steps.ts";
import { buildTools } from "../toolchain.ts";

export const usage = `npm run images -- [NAME...] [OPTION...]

Builds images with the machine's buildah: the named ones, or all that stacks on GKE and EKS pull
(${releasedImages.join(", ")}).

  --from-packages    make the lowest image from Debian's packages (mmdebstrap, as root) instead of pulling it from
                     docker.io: for machines that reach a mirror of Debian and no registry of images
  --push REGISTRY    push each as REGISTRY/NAME:VERSION; may be repeated. What a registry has under the version
                     stands: it is neither built nor pushed again, nor listed by --pushed
  --tag VERSION      the version, which --push needs
  --pushed FILE      write there what this run has pushed, REGISTRY/NAME@DIGEST on each line, for npm run sign
  --archive FOLDER   keep each as FOLDER/NAME.tar, which scanners read

Pushing needs skopeo as well. Both programs find registries, logins and storage where they always do:
containers-registries.conf(5), containers-auth.json(5), containers-storage.conf(5).`;

/** The one binary of a Go module that an image holds; the rest of that module belongs to the embedded node. */
async function buildGateway(): Promise<void> {
  mkdirSync(binFolder, { recursive: true });
  const gateway = "github.com/versity/versitygw/cmd/versitygw";
  const args = ["build", "-mod=readonly", "-trimpath", "-ldflags", "-s -w"];
  const binary = join(binFolder, "versitygw");
  // It may be a link to the one that the embedded node runs, which go build would write over.
  rmSync(binary, { force: true });
  await exec("go", [...args, "-o", binary, gateway], {
    cwd: join(root, "tools/go"),
    env: { CGO_ENABLED: "0", GOTOOLCHAIN: "auto", GOFLAGS: "-buildvcs=false" },
  });
}

async function build(names: readonly string[], from: Lowest): Promise<void> {
  const folder = join(own, "contexts", hashOf(...names));
  if (names.includes("object-store")) await step("versitygw", buildGateway, () => "built");
  if (names.includes("prometheus")) {
    await step(
      "prometheus",
      () => buildTools("prometheus"),
      () => "built",
    );
  }
  if (names.includes("victoria-logs") || names.includes("vlagent")) {
    await step(
      "logs",
      () => buildTools("logs"),
      () => "built",
    );
  }
  for (const row of withParents(names)) {
    if (row.name === lowest && from === "registry") continue;
    const context = join(folder, row.name);
    // What an earlier run left there would go into the image.
    rmSync(context, { recursive: true, force: true });
    mkdirSync(context, { recursive: true });
    await step(
      row.name,
      async ({ doing }) => {
        await prepareContext(row, context, `${context}.log`);
        await exec("buildah", buildArguments(row, context, from), { onLine: doing });
      },
      () => "built",
    );
    rmSync(context, { recursive: true });
  }
}

interface Target {
  readonly name: string;
  readonly repository: string;
  readonly reference: string;
  readonly isThere: boolean;
}

async function isThere(reference: string): Promise<boolean> {
  try {
    await exec("skopeo", ["inspect", "--raw", `docker://${reference}`]);
    return true;
  } catch (error) {
    // A registry that does not answer may well have it, and a tag must not change.
    if (error instanceof ExecError && isMissing(error.output)) return false;
    throw error;
  }
}

async function targetsOf(
  registries: readonly string[],
  names: readonly string[],
  tag: string,
): Promise<readonly Target[]> {
  const targets: Target[] = [];
  for (const registry of registries) {
    for (const name of names) {
      const repository = `${registry}/${name}`;
      const reference = `${repository}:${tag}`;
      targets.push({ name, repository, reference, isThere: await isThere(reference) });
    }
  }
  return targets;
}

async function push({ name, repository, reference }: Target): Promise<string> {
  const digestFile = join(own, "contexts", `${hashOf(reference)}.digest`);
  mkdirSync(dirname(digestFile), { recursive: true });
  await step(
    reference,
    () => exec("buildah", pushArguments(name, reference, digestFile)),
    () => "pushed",
  );
  const digest = readFileSync(digestFile, "utf8").trim();
  rmSync(digestFile);
  return `${repository}@${digest}`;
}

/**
 * Tags stand. They are not in the list either: who may write to the registry could have put something under the
 * version before us, and what is in the list gets our signature.
 */
async function pushAll(targets: readonly Target[]): Promise<readonly string[]> {
  const references: string[] = [];
  for (const target of targets) {
    if (target.isThere)
      await step(
        target.reference,
        () => Promise.resolve(),
        () => "is there",
      );
    else references.push(await push(target));
  }
  return references;
}

/** As scanners read it. */
async function keep(name: string, archive: string): Promise<void> {
  mkdirSync(archive, { recursive: true });
  await step(
    `${name}.tar`,
    () => exec("buildah", archiveArguments(name, archive)),
    () => "kept",
  );
}

const options = {
  "from-packages": { type: "boolean", default: false },
  push: { type: "string", multiple: true },
  tag: { type: "string" },
  pushed: { type: "string" },
  archive: { type: "string" },
} as const;

/** Builds images with this machine's buildah, and pushes or keeps them. */
export async function run(args: readonly string[]): Promise<void> {
  const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
  const { push: registries = [], tag, pushed, archive } = values;
  const names = positionals.length === 0 ? releasedImages : positionals;
  const wanted = registries.filter((registry) => registry !== "");
  if (wanted.length > 0 && tag === undefined) throw new Error("--push needs --tag VERSION");
  const targets = await targetsOf(wanted, names, tag ?? "");
  const isNeeded = (name: string): boolean =>
    archive !== undefined ||
    targets.length === 0 ||
    targets.some((target) => target.name === name && !target.isThere);
  await build(names.filter(isNeeded), values["from-packages"] ? "packages" : "registry");
  if (archive !== undefined) {
    for (const name of names) await keep(name, resolve(archive));
  }
  const references = await pushAll(targets);
  if (pushed !== undefined)
    writeWhole(resolve(pushed), references.map((one) => `${one}\n`).join(""));
}
