import { join } from "node:path";
import { mkdirSync, rmSync } from "node:fs";
import { buildImages } from "./images/build.ts";
import { debianImages, imagesWith } from "./images/image-table.ts";
import { importImages } from "./images/import.ts";
import { setUpWeights } from "./models/serve.ts";
import { applyAddons, waitForAddons } from "./node/addons.ts";
import { nameServer, type AddonImages } from "./node/addon-manifests.ts";
import { adminKubeconfig, contextName, hostPorts, podCidr } from "./node/addresses.ts";
import { remember, remembered } from "./node/processes.ts";
import { ctrCommand, startNode, tagPauseImage } from "./node/start.ts";
import { installPackages, unpackPackages, unpackPromtool } from "./packages.ts";
import { cache, descriptorFile, pulumiHome } from "./paths.ts";
import { buildProvider, downloadPlugins, linkPlugins } from "./pulumi-plugins.ts";
import { partStackFile, type Part } from "./parts.ts";
import { preflight } from "./preflight.ts";
import { installSchemathesis } from "./schemathesis/schemathesis.ts";
import { sideBySide, step, writeWhole } from "./steps.ts";
import { buildTools, modulesOf, pulumiOnPath, type ModuleName } from "./toolchain.ts";
import { untilApiAnswers, up } from "./stack.ts";

export type ImageRefs = Readonly<Record<string, string>>;

const lock = join(cache, "setup.lock");

/** Refuses a second set-up beside one that runs. */
export function takeLock(): void {
  const holder = remembered(lock);
  if (holder !== undefined && holder !== process.pid) {
    throw new Error(`Another set-up is running (process ${holder}). Wait for it, or end it.`);
  }
  mkdirSync(cache, { recursive: true });
  remember(lock, process.pid);
}

/** Lets another set-up begin, once this process only uses what it set up. */
export function releaseSetUp(): void {
  if (remembered(lock) === process.pid) rmSync(lock);
}

function build(name: ModuleName): Promise<boolean> {
  return step(
    `build ${name}`,
    () => buildTools(name),
    (done) => (done ? "built" : "there"),
  );
}

/** @param ports that the node will need; told at once when they are taken, before anything is built */
async function setUpMachine(ports: readonly number[]): Promise<void> {
  await step(
    "machine",
    () => preflight(ports),
    () => "ready",
  );
  takeLock();
  await step(
    "debian packages",
    () => installPackages(),
    (names) => (names.length === 0 ? "there" : `installed ${names.join(", ")}`),
  );
  await step("container engine", unpackPackages, (done) => (done ? "unpacked" : "there"));
}

async function buildAll(...names: readonly ModuleName[]): Promise<void> {
  for (const name of names) await build(name);
}

/** The CLI with the plugins of the program. */
async function setUpPulumi(): Promise<void> {
  const ambient = await pulumiOnPath();
  if (ambient === undefined) await build("pulumi");
  const missing = await step("pulumi plugins", downloadPlugins, (plugins) =>
    plugins.length === 0 ? "there" : `ours: ${plugins.map(({ name }) => name).join(", ")}`,
  );
  await buildProvider(missing, build);
  linkPlugins(pulumiHome, missing);
}

/**
 * Builds all Go programs in two series, so that a core that one series does not use is not idle. Go does not lock its cache:
 * builds that run side by side compile what they share twice. The volume provisioner has 98 % of its packages in common
 * with Kubernetes, the CLI 30 %, the provider 63 %, so they come after it; Calico 2 % and the add-ons 8 %.
 *
 * @param first what the second series begins with
 */
async function buildPrograms(first = (): Promise<unknown> => Promise.resolve()): Promise<void> {
  await sideBySide(
    async () => {
      await buildAll("kubernetes", "volumes");
      await setUpPulumi();
    },
    async () => {
      await first();
      await buildAll("calico", "addons");
    },
  );
}

/** The programs of the machine: Debian packages, and binaries built from Go modules. */
export async function setUpTools(): Promise<void> {
  await setUpMachine([]);
  await buildPrograms();
}

/** What plays the nodes of the simulated clouds; only their tests need it. */
export async function setUpSimulator(): Promise<void> {
  takeLock();
  await build("kwok");
}

/** What checks workflows; only its tests need it. */
export async function setUpActionlint(): Promise<void> {
  takeLock();
  await build("workflows");
}

/** What checks the rules of Prometheus, and runs their tests. */
export async function setUpPromtool(): Promise<void> {
  await step("promtool", unpackPromtool, (done) => (done ? "unpacked" : "there"));
}

/** The server of rooms; only the tests of their recordings need it. */
export async function setUpLivekit(): Promise<void> {
  takeLock();
  await build("livekit");
}

/** What compares the API with its OpenAPI document. */
export async function setUpSchemathesis(): Promise<void> {
  await step("schemathesis", installSchemathesis, (done) => (done ? "installed" : "there"));
}

/** What builds, pushes, signs and verifies images as a release does; only the tests of releases need it. */
export async function setUpRelease(): Promise<void> {
  takeLock();
  await step(
    "debian packages",
    () => installPackages({ buildah: "buildah", mmdebstrap: "mmdebstrap", skopeo: "skopeo" }),
    (names) => (names.length === 0 ? "there" : `installed ${names.join(", ")}`),
  );
  await build("release");
}

/** Most of the work on images, which needs none of the binaries that are built. */
function setUpDebianImages(): Promise<ImageRefs> {
  return step(
    "debian images",
    ({ doing }) => buildImages({ only: debianImages, log: doing }),
    (refs) => `${Object.keys(refs).length} ready`,
  );
}

export function setUpImages(parts: readonly Part[] = []): Promise<ImageRefs> {
  return step(
    "images",
    ({ doing }) => buildImages({ only: imagesWith(parts), log: doing }),
    (refs) => `${Object.keys(refs).length} ready`,
  );
}

function imageRef(refs: ImageRefs, name: string): string {
  const ref = refs[name];
  if (ref === undefined) throw new Error(`The image ${name} was not built`);
  return ref;
}

function addonImages(refs: ImageRefs): AddonImages {
  return {
    coredns: imageRef(refs, "coredns"),
    "metrics-server": imageRef(refs, "metrics-server"),
    "local-path-provisioner": imageRef(refs, "local-path-provisioner"),
    "local-path-helper": imageRef(refs, "local-path-helper"),
  };
}

/** Starts the node with its network, images and add-ons, and writes down how to reach it. */
async function setUpNode(refs: ImageRefs): Promise<void> {
  const started = await step("node", startNode, (done) => (done ? "started" : "runs"));
  await step(
    "node images",
    async () => {
      const count = await importImages(ctrCommand(), refs);
      await tagPauseImage(imageRef(refs, "pause"));
      return count;
    },
    (count) => `${count} imported`,
  );
  await step(
    "node add-ons",
    async () => {
      const applied = await applyAddons(addonImages(refs));
      if (applied || started) await waitForAddons();
      return applied;
    },
    (applied) => (applied ? "network policies, DNS, metrics, volumes" : "there"),
  );
  const descriptor = {
    kubeconfig: adminKubeconfig,
    context: contextName,
    storageClass: "local-path",
    host: "127.0.0.1",
    podCidr,
    dns: nameServer,
    images: refs,
  };
  writeWhole(descriptorFile, `${JSON.stringify(descriptor, null, 2)}\n`);
}

/** From a bare machine to a stack that runs, with these parts on. */
export async function setUpAll(parts: readonly Part[] = []): Promise<void> {
  await setUpMachine(hostPorts);
  await buildPrograms(setUpDebianImages);
  await buildAll(...modulesOf(parts));
  if (parts.includes("models")) await setUpWeights();
  await setUpNode(await setUpImages(parts));
  const stackFile = partStackFile(parts);
  await step(
    "pulumi up",
    ({ doing }) => up(doing, stackFile),
    ({ created, changed, unchanged }) =>
      `${created} created, ${changed} changed, ${unchanged} same`,
  );
  await step("API", untilApiAnswers, () => "answers");
  releaseSetUp();
}
