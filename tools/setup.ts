import { join } from "node:path";
import { mkdirSync } from "node:fs";
import { buildImages } from "./images/build.ts";
import { importImages } from "./images/import.ts";
import { applyAddons, applyNetwork, waitForAddons } from "./node/addons.ts";
import { adminKubeconfig, contextName } from "./node/addresses.ts";
import { remember, remembered } from "./node/processes.ts";
import { ctrCommand, startNode } from "./node/start.ts";
import { installPackages, unpackPackages } from "./packages.ts";
import { cache, descriptorFile } from "./paths.ts";
import { installPlugins } from "./pulumi-plugins.ts";
import { preflight } from "./preflight.ts";
import { step, writeWhole } from "./steps.ts";
import { buildTools, moduleNames, pulumiOnPath } from "./toolchain.ts";
import { up } from "./stack.ts";

export type ImageRefs = Readonly<Record<string, string>>;

const lock = join(cache, "setup.lock");

function takeLock(): void {
  const holder = remembered(lock);
  if (holder !== undefined && holder !== process.pid) {
    throw new Error(`Another set-up is running (process ${holder}). Wait for it, or end it.`);
  }
  mkdirSync(cache, { recursive: true });
  remember(lock, process.pid);
}

/** The programs of the machine: Debian packages, and binaries built from Go modules. */
export async function setUpTools(): Promise<void> {
  await step("machine", preflight, () => "ready");
  takeLock();
  await step(
    "debian packages",
    () => installPackages(),
    (names) => (names.length === 0 ? "there" : `installed ${names.join(", ")}`),
  );
  await step("container engine", unpackPackages, (done) => (done ? "unpacked" : "there"));
  const ambient = await pulumiOnPath();
  for (const name of moduleNames) {
    const skipped = name === "pulumi" && ambient !== undefined;
    await step(
      `build ${name}`,
      () => (skipped ? Promise.resolve(false) : buildTools(name)),
      (done) => (skipped ? `version ${ambient} is on PATH` : done ? "built" : "there"),
    );
  }
  await step("pulumi plugins", installPlugins, (which) => which);
}

export function setUpImages(): Promise<ImageRefs> {
  return step(
    "images",
    ({ doing }) => buildImages({ log: doing }),
    (refs) => `${Object.keys(refs).length} ready`,
  );
}

function addonImages(refs: ImageRefs): Parameters<typeof applyAddons>[0] {
  const ref = (name: string): string => {
    const found = refs[name];
    if (found === undefined) throw new Error(`The image ${name} was not built`);
    return found;
  };
  return {
    coredns: ref("coredns"),
    "metrics-server": ref("metrics-server"),
    "local-path-provisioner": ref("local-path-provisioner"),
    "local-path-helper": ref("local-path-helper"),
  };
}

/** Starts the node with its network, images and add-ons, and writes down how to reach it. */
export async function setUpNode(refs: ImageRefs): Promise<void> {
  const started = await step("node", startNode, (done) => (done ? "started" : "runs"));
  await step(
    "node images",
    () => importImages(ctrCommand(), refs),
    (count) => `${count} imported`,
  );
  if (started) {
    await step(
      "node add-ons",
      async () => {
        await applyNetwork();
        await applyAddons(addonImages(refs));
        await waitForAddons();
      },
      () => "network policies, DNS, metrics, volumes",
    );
  }
  const descriptor = {
    kubeconfig: adminKubeconfig,
    context: contextName,
    storageClass: "local-path",
    host: "127.0.0.1",
    images: refs,
  };
  writeWhole(descriptorFile, `${JSON.stringify(descriptor, null, 2)}\n`);
}

/** From a bare machine to a stack that runs. */
export async function setUpAll(): Promise<void> {
  await setUpTools();
  await setUpNode(await setUpImages());
  await step(
    "pulumi up",
    ({ doing }) => up(doing),
    ({ created, changed, unchanged }) =>
      `${created} created, ${changed} changed, ${unchanged} same`,
  );
}
