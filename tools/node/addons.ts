import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ExecError } from "../exec.ts";
import { calicoCrdFolder } from "../toolchain.ts";
import { calico, coredns, localPath, metricsServer, type AddonImages } from "./addon-manifests.ts";
import { nodeName } from "./addresses.ts";
import { namespace, type Manifest } from "./manifests.ts";
import { kubectl } from "./start.ts";

async function applyAll(manifests: readonly Manifest[]): Promise<void> {
  const list = JSON.stringify({ apiVersion: "v1", kind: "List", items: manifests });
  const apply = ["apply", "--server-side", "--force-conflicts", "--field-manager=framewright-node"];
  await kubectl([...apply, "-f", "-"], list);
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

/** Applies what makes the network work: Calico's definitions, rights and state. */
export async function applyNetwork(): Promise<void> {
  const files = readdirSync(calicoCrdFolder).map((file) => join(calicoCrdFolder, file));
  const documents = files.map((file) => readFileSync(file, "utf8")).join("\n---\n");
  const apply = ["apply", "--server-side", "--force-conflicts", "--field-manager=framewright-node"];
  await kubectl([...apply, "-f", "-"], documents);
  await applyOnceKnown(calico());
}

/** Applies the add-ons that every managed cluster brings along: DNS, metrics, volumes. */
export async function applyAddons(images: AddonImages): Promise<void> {
  const { coredns: dns, "metrics-server": metrics } = images;
  await applyAll([...coredns(dns), ...metricsServer(metrics), ...localPath(images)]);
}

/** Waits until the node takes pods and the add-ons answer. */
export async function waitForAddons(): Promise<void> {
  await kubectl(["wait", "--for=condition=Ready", `node/${nodeName}`, "--timeout=60s"]);
  const deployments = ["coredns", "metrics-server", "local-path-provisioner"];
  const targets = deployments.map((name) => `deployment/${name}`);
  const wait = ["--namespace", namespace, "wait", "--for=condition=Available", "--timeout=180s"];
  await kubectl([...wait, ...targets]);
}
