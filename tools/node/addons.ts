import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ExecError } from "../exec.ts";
import { calicoCrdFolder } from "../toolchain.ts";
import { calico, coredns, localPath, metricsServer, type AddonImages } from "./addon-manifests.ts";
import { hashOf, readOr, writeWhole } from "../steps.ts";
import { nodeFolder, nodeName } from "./addresses.ts";
import { namespace, type Manifest } from "./manifests.ts";
import { kubectl } from "./start.ts";

async function apply(documents: string): Promise<void> {
  const how = ["--server-side", "--force-conflicts", "--field-manager=framewright-node"];
  await kubectl(["apply", ...how, "-f", "-"], documents);
}

function applyAll(manifests: readonly Manifest[]): Promise<void> {
  return apply(JSON.stringify({ apiVersion: "v1", kind: "List", items: manifests }));
}

/** A resource definition is known to the API server a moment after it was accepted. */
async function applyOnceKnown(manifests: readonly Manifest[]): Promise<void> {
  for (let tries = 0; ; tries += 1) {
    try {
      await applyAll(manifests);
      return;
    } catch (error) {
      const young = error instanceof ExecError && error.output.includes("no matches for kind");
      if (!young || tries === 50) throw error;
      await sleep(200);
    }
  }
}

const stamp = join(nodeFolder, "addons");

/**
 * Applies what every managed cluster brings along: network policies, DNS, metrics, volumes.
 * Returns false when the node has exactly these already.
 */
export async function applyAddons(images: AddonImages): Promise<boolean> {
  const { coredns: dns, "metrics-server": metrics } = images;
  const addons = [...coredns(dns), ...metricsServer(metrics), ...localPath(images)];
  const files = readdirSync(calicoCrdFolder).map((file) => join(calicoCrdFolder, file));
  const definitions = files.map((file) => readFileSync(file, "utf8")).join("\n---\n");
  const wanted = hashOf(definitions, JSON.stringify([calico(), addons]));
  if (readOr(stamp, "") === wanted) return false;
  await apply(definitions);
  await applyOnceKnown(calico());
  await applyAll(addons);
  writeWhole(stamp, wanted);
  return true;
}

/** Waits until the node takes pods and the add-ons answer. */
export async function waitForAddons(): Promise<void> {
  await kubectl(["wait", "--for=condition=Ready", `node/${nodeName}`, "--timeout=60s"]);
  const deployments = ["coredns", "metrics-server", "local-path-provisioner"];
  const targets = deployments.map((name) => `deployment/${name}`);
  const wait = ["--namespace", namespace, "wait", "--for=condition=Available", "--timeout=180s"];
  await kubectl([...wait, ...targets]);
}
