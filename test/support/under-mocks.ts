import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { checkConfig, type StackConfig } from "../../config/load.ts";
import { provisionCluster } from "../../infra/index.ts";
import type { Cluster } from "../../infra/cluster.ts";
import { deployPlatform, platformGrowth } from "../../services/index.ts";
import { recordResources, type Registration } from "./mocks.ts";
import { once } from "./once.ts";

const root = join(import.meta.dirname, "../..");

/** A checked config of defaults on the made-up node, with these sections changed. */
export function testConfig(entries: Record<string, unknown> = {}): StackConfig {
  const local = { nodeFile: "test/support/node.json" };
  return checkConfig({ local, ...entries }, "Pulumi.test.yaml", root);
}

/** What a piece of program registers, in no order that matters. */
export async function registered(program: () => unknown): Promise<Registration[]> {
  const resources = recordResources();
  await program();
  await pulumi.runtime.disconnect();
  return resources;
}

/** What a component registers on a provisioned cluster; the cluster's own resources are left out. */
export async function registeredOn(
  config: StackConfig,
  deploy: (cluster: Cluster, on: pulumi.ComponentResourceOptions) => unknown,
): Promise<Registration[]> {
  const resources = await registered(() => {
    const cluster = provisionCluster(config, platformGrowth);
    return deploy(cluster, { provider: cluster.provider });
  });
  return resources.filter(({ name }) => name !== "cluster" && !name.startsWith("tenancy"));
}

/** What the whole platform registers on a provisioned cluster, but for the cluster's own resources. */
export const platformOn = once((config: StackConfig) =>
  registeredOn(config, (cluster) => deployPlatform(cluster, config)),
);

/** `kind name` of every resource that is not a component, sorted. */
export function leaves(resources: readonly Registration[]): string[] {
  return resources
    .filter(({ type }) => !type.startsWith("framewright:"))
    .map(({ type, name }) => `${type.split(":").at(-1) ?? ""} ${name}`)
    .toSorted();
}

/** The inputs of the one resource of that name. */
export function inputsOf(resources: readonly Registration[], name: string) {
  const found = resources.filter((resource) => resource.name === name);
  if (found.length !== 1 || found[0] === undefined) {
    throw new Error(`${found.length} resources are named "${name}"`);
  }
  return found[0].inputs;
}
