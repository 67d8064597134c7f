import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { binaries } from "../../support/control-plane.ts";
import { summary } from "../../tools/plugins/harness/cli-project.ts";
import { stopAllClusters } from "../cluster/cluster.ts";
import { cloudProject, type CloudProject } from "../kit/cloud-project.ts";
import { CloudStore } from "../kit/store.ts";

const bin = path.join(import.meta.dirname, "../bin");

let stage: CloudProject;

beforeAll(async () => {
  stage = await cloudProject(path.join(import.meta.dirname, "fixtures/cluster.ts"), ["gcp"]);
});

afterAll(async () => {
  await stopAllClusters(stage.cloud);
  stage.dispose();
});

async function succeed(verb: string, phase = ""): Promise<string[]> {
  const environment = { PHASE: phase, PATH: pathWithPlugins() };
  const operation = await stage.project.operation(verb, environment);
  expect(operation.code, operation.messages.join("\n")).toBe(0);
  return summary(operation);
}

/** Kubeconfigs find their credential plugin on PATH. */
function pathWithPlugins(): string {
  return [bin, path.join(bin, "../../../node_modules/.bin"), binaries(), process.env["PATH"]].join(
    ":",
  );
}

function kubectl(...args: string[]): string {
  const kubeconfig = path.join(stage.cloud, "kubeconfig.json");
  return execFileSync(
    path.join(binaries(), "kubectl"),
    ["--kubeconfig", kubeconfig, "--cache-dir", `${kubeconfig}.cache`, ...args],
    {
      encoding: "utf8",
      env: { ...process.env, FRAMEWRIGHT_CLOUD: stage.cloud, PATH: pathWithPlugins() },
    },
  );
}

/** Pools of the nodes that are there. */
function poolsOfNodes(): string[] {
  const names = "{.items[*].metadata.labels.cloud\\.google\\.com/gke-nodepool}";
  const text = kubectl("get", "nodes", `--output=jsonpath=${names}`);
  return [...new Set(text.split(" ").map((name) => name.replace(/-[0-9a-f]{7}$/, "")))].sort();
}

describe("a cluster of GKE on the simulated Google Cloud", () => {
  it("is previewed with nothing of its address known", async () => {
    expect(await succeed("preview")).toContain("map: create");
    expect(new CloudStore(stage.cloud).list()).toEqual([]);
  });

  it("is created with its nodes, and its API answers to the credential plugin's token", async () => {
    await succeed("up");
    const outputs = await stage.project.outputs();
    expect(outputs["clusterId"]).toMatch(
      /^projects\/project-one\/locations\/us-central1\/clusters\/main-[0-9a-f]{7}$/,
    );
    writeFileSync(path.join(stage.cloud, "kubeconfig.json"), String(outputs["kubeconfig"]));
    expect(kubectl("get", "configmap", "map", "--output=jsonpath={.data.value}")).toBe("1");
    await vi.waitFor(() => {
      expect(poolsOfNodes()).toEqual(["gpu", "system"]);
    }, 30_000);
  });

  it("changes nothing when run again", async () => {
    expect(await succeed("up")).toEqual([]);
  });

  it("is updated in place, and goes on with what it had", async () => {
    expect(await succeed("up", "rapid")).toEqual(["main: update"]);
    expect(kubectl("get", "configmap", "map", "--output=name")).toBe("configmap/map\n");
  });

  it("has no node of a pool when the pool's deletion is done", async () => {
    expect(await succeed("up", "rapid,no-gpu")).toEqual(["gpu: delete"]);
    expect(poolsOfNodes()).toEqual(["system"]);
  });

  it("is destroyed without anything left, processes included", async () => {
    await succeed("destroy", "rapid,no-gpu");
    expect(new CloudStore(stage.cloud).list()).toEqual([]);
    expect(() => kubectl("get", "namespaces")).toThrow();
  });
});
