import type { ControlPlane } from "../../../support/control-plane.ts";
import type { Bag, ProviderProcess } from "../harness/provider-process.ts";

/** What all cases share: one cluster, one configured provider. Both are there once the tests run. */
export interface Stage {
  cluster: ControlPlane;
  provider: ProviderProcess;
}

export const configMap = "kubernetes:core/v1:ConfigMap";
export const deploymentType = "kubernetes:apps/v1:Deployment";

export function named(name: string, more: Bag = {}): Bag {
  return { metadata: { name }, ...more };
}

/** A Deployment without replicas, so that it is ready without a node. */
export function deployment(name: string, spec: Bag = {}, container: Bag = {}): Bag {
  const labels = { app: name };
  const containers = [{ name: "main", image: "example.invalid/main:1", ...container }];
  const template = { metadata: { labels }, spec: { containers } };
  return named(name, {
    spec: { replicas: 0, selector: { matchLabels: labels }, template, ...spec },
  });
}

/** One value of an object on the cluster, by JSONPath. */
export function read({ cluster }: Stage, kind: string, name: string, path: string): string {
  return cluster.kubectl("get", kind, name, `--output=jsonpath=${path}`);
}

/** Changes an object on the cluster behind the provider's back. */
export function patch(
  { cluster }: Stage,
  kind: string,
  name: string,
  change: object,
  ...flags: string[]
): void {
  cluster.kubectl("patch", kind, name, "--type=merge", "-p", JSON.stringify(change), ...flags);
}

export function at(bag: unknown, ...keys: string[]): unknown {
  return keys.reduce<unknown>((inner, key) => (inner as Bag | undefined)?.[key], bag);
}
