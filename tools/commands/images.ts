import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { exec } from "../exec.ts";
import { prepareContext } from "../images/context.ts";
import { releasedImages, withParents } from "../images/image-table.ts";
import { archiveArguments, buildArguments, pushArguments } from "../images/release.ts";
import { binFolder, own, root } from "../paths.ts";
import { hashOf, step, writeWhole } from "../steps.ts";

/** The one binary of a Go module that an image holds; the rest of that module belongs to the embedded node. */
async function buildGateway(): Promise<void> {
  mkdirSync(binFolder, { recursive: true });
  const gateway = "github.com/versity/versitygw/cmd/versitygw";
  const args = ["build", "-mod=readonly", "-trimpath", "-ldflags", "-s -w"];
  await exec("go", [...args, "-o", join(binFolder, "versitygw"), gateway], {
    cwd: join(root, "tools/go"),
    env: { CGO_ENABLED: "0", GOTOOLCHAIN: "auto", GOFLAGS: "-buildvcs=false" },
  });
}

async function build(names: readonly string[]): Promise<void> {
  const folder = join(own, "contexts", hashOf(...names));
  if (names.includes("object-store")) await step("versitygw", buildGateway, () => "built");
  for (const row of withParents(names).filter(({ name }) => name !== "debian")) {
    const context = join(folder, row.name);
    mkdirSync(context, { recursive: true });
    await step(
      row.name,
      async ({ doing }) => {
        await prepareContext(row, context, `${context}.log`);
        await exec("buildah", buildArguments(row, context), { onLine: doing });
      },
      () => "built",
    );
  }
}

async function isThere(reference: string): Promise<boolean> {
  try {
    await exec("skopeo", ["inspect", "--raw", `docker://${reference}`]);
    return true;
  } catch {
    return false;
  }
}

/** Tags stand: what a release that broke off has pushed is as it should be. */
async function push(name: string, registry: string, tag: string): Promise<string> {
  const reference = `${registry}/${name}:${tag}`;
  await step(
    reference,
    async () => {
      const there = await isThere(reference);
      if (!there) await exec("buildah", pushArguments(name, reference));
      return there;
    },
    (there) => (there ? "is there" : "pushed"),
  );
  const format = ["--format", "{{.Digest}}"];
  const digest = (await exec("skopeo", ["inspect", ...format, `docker://${reference}`])).trim();
  return `${registry}/${name}@${digest}`;
}

const options = {
  push: { type: "string", multiple: true },
  tag: { type: "string" },
  pushed: { type: "string" },
  archive: { type: "string" },
} as const;

/** Builds images with this machine's buildah, and pushes or keeps them. */
export async function images(args: readonly string[]): Promise<void> {
  const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
  const { push: registries = [], tag, pushed, archive } = values;
  const names = positionals.length === 0 ? releasedImages : positionals;
  const wanted = registries.filter((registry) => registry !== "");
  if (wanted.length > 0 && tag === undefined) throw new Error("--push needs --tag VERSION");
  await build(names);
  if (archive !== undefined) {
    mkdirSync(archive, { recursive: true });
    for (const name of names) await exec("buildah", archiveArguments(name, resolve(archive)));
  }
  const references: string[] = [];
  for (const registry of wanted) {
    for (const name of names) references.push(await push(name, registry, tag ?? ""));
  }
  if (pushed !== undefined)
    writeWhole(resolve(pushed), references.map((one) => `${one}\n`).join(""));
}
