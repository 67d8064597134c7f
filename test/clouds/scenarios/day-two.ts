import { expect } from "vitest";
import type { Cloud } from "../harness/cloud.ts";
import { changesText, type Operation } from "../harness/operation.ts";
import { expectNoChanges, expectSuccess } from "./basics.ts";

const keyType = "gcp:storage/hmacKey:HmacKey";
const clusterTypes = ["gcp:container/cluster:Cluster", "aws:eks/cluster:Cluster"];
const nodeTypes = ["gcp:container/nodePool:NodePool", "aws:eks/nodeGroup:NodeGroup"];

const versions = { before: "1.35", after: "1.36" } as const;

function setVersion({ file, source }: Cloud, version: string, more = {}): void {
  file.set(source.cloud, { ...file.section(source.cloud), version, ...more });
}

function of(types: readonly string[], { steps }: Operation): string[] {
  return steps.filter(({ type }) => types.includes(type)).map(({ op }) => op);
}

function replaced({ steps }: Operation): string[] {
  return steps.filter(({ op }) => /replace|delete/.test(op)).map(({ urn }) => urn);
}

/** The stack begins with the minor version before. */
export function olderKubernetes(cloud: Cloud): Promise<string> {
  setVersion(cloud, versions.before);
  return Promise.resolve(`version ${versions.before}`);
}

/** docs/runbooks/upgrade.md: the control plane first, with the nodes held where they are, then the nodes. Nothing is made anew. */
export async function kubernetesRaised(cloud: Cloud): Promise<string> {
  const isEks = cloud.source.cloud === "eks";
  const release = (): string[] => {
    const nodes = cloud.view.resources("aws:eks/nodeGroup:NodeGroup");
    return [...new Set(nodes.map(({ outputs }) => String(outputs["releaseVersion"])))];
  };
  const [held = ""] = release();
  setVersion(cloud, versions.after, isEks ? { hold: { nodes: held } } : {});
  const first = await cloud.pulumi.up();
  expectSuccess(first);
  expect(of(clusterTypes, first)).toEqual(["update"]);
  expect(replaced(first)).toEqual([]);
  if (!isEks) return `${changesText(first)}; GKE upgrades its nodes itself`;
  expect(of(nodeTypes, first)).toEqual([]);
  expect(release()).toEqual([held]);
  const unheld = Object.entries(cloud.file.section("eks")).filter(([key]) => key !== "hold");
  cloud.file.set("eks", Object.fromEntries(unheld));
  const second = await cloud.pulumi.up();
  expectSuccess(second);
  expect(new Set(of(nodeTypes, second))).toEqual(new Set(["update"]));
  expect(replaced(second)).toEqual([]);
  for (const one of release()) expect(one).toMatch(new RegExp(`^${versions.after}\\.`));
  return `${changesText(first)}; then nodes: ${changesText(second)}`;
}

/** docs/runbooks/rotate-storage-key.md: one key at the end, another one, and the API has it. */
export async function storeKeyRotated(cloud: Cloud): Promise<string> {
  const ids = (): string[] => cloud.view.resources(keyType).map(({ id }) => id);
  const [former, ...more] = ids();
  if (former === undefined) return "no key: Pod Identity gives credentials that end by themselves";
  expect(more).toEqual([]);
  const state = JSON.parse(await cloud.pulumi.must("stack", "export")) as {
    deployment: { resources: { type: string; urn: string }[] };
  };
  const urn = state.deployment.resources.find(({ type }) => type === keyType)?.urn ?? "";
  const up = await cloud.pulumi.up("--replace", urn);
  expectSuccess(up);
  const [now, ...others] = ids();
  expect(others).toEqual([]);
  expect(now).not.toBe(former);
  const rolled = up.steps.filter(({ type, op }) => type.endsWith(":Deployment") && op === "update");
  expect(rolled.map(({ name }) => name)).toEqual(["api-server-deployment"]);
  expectNoChanges(await cloud.pulumi.up());
  return changesText(up);
}

/** docs/runbooks/disk-full.md: the claim grows by hand, where the storage class lets it. */
export async function volumeResized(cloud: Cloud): Promise<string> {
  const kube = await cloud.kube();
  const claim = ["--namespace=framewright-data", "persistentvolumeclaim/data-postgres-0"];
  const patch = JSON.stringify({ spec: { resources: { requests: { storage: "500Gi" } } } });
  await kube.must(["patch", ...claim, "--patch", patch]);
  const path = "--output=jsonpath={.spec.resources.requests.storage}";
  expect(await kube.must(["get", ...claim, path])).toBe("500Gi");
  expectNoChanges(await cloud.pulumi.up());
  return "500Gi asked for, and no deploy takes it back";
}
