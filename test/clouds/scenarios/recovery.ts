import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import type { Cloud } from "../harness/cloud.ts";
import { changesText } from "../harness/operation.ts";
import { expectSuccess } from "./basics.ts";

interface Resource {
  readonly urn: string;
  readonly type: string;
  readonly id?: string;
  readonly inputs?: {
    readonly metadata?: { readonly name?: string; readonly namespace?: string };
  };
}

interface State {
  readonly deployment: {
    readonly pending_operations?: readonly { readonly type: string; readonly resource: Resource }[];
    readonly resources?: readonly Resource[];
  };
}

/** Of one type, what the cloud has and the state does not know: what a killed update had begun to make. */
function unknownToState(cloud: Cloud, state: State, type: string): string | undefined {
  const { resources = [] } = state.deployment;
  const known = new Set(resources.map(({ id }) => id));
  const strangers = cloud.view.resources(type).filter(({ id }) => !known.has(id));
  expect(strangers.length, `which ${type} is it?`).toBeLessThanOrEqual(1);
  return strangers[0]?.id;
}

/** The id of an object of Kubernetes follows from its name; whether it is there, `refresh` finds out. */
function kubernetesId({ inputs }: Resource): string | undefined {
  const { name, namespace } = inputs?.metadata ?? {};
  return namespace === undefined ? name : `${namespace}/${name ?? ""}`;
}

function idOf(cloud: Cloud, state: State, resource: Resource): string | undefined {
  return resource.type.startsWith("kubernetes:")
    ? kubernetesId(resource)
    : unknownToState(cloud, state, resource.type);
}

/** The resources that were being made, with the ids that the cloud has given them; without those that it has not. */
function begun(cloud: Cloud, state: State): Resource[] {
  const { pending_operations: pending = [] } = state.deployment;
  return pending
    .filter(({ type }) => type === "creating")
    .flatMap(({ resource }) => {
      const id = idOf(cloud, state, resource);
      return id === undefined ? [] : [{ ...resource, id }];
    });
}

/**
 * After a killed `up`: the lock goes, and what the cloud went on making becomes part of the state, or it would be made
 * a second time and the first one stay for ever. `refresh` reads it, `up` does the rest. (`pulumi refresh
 * --import-pending-creates` should do the middle part; version 3.250 forgets the operation and imports nothing.)
 */
export async function recover(cloud: Cloud): Promise<string> {
  await cloud.pulumi.must("cancel", "--yes");
  const state = JSON.parse(await cloud.pulumi.must("stack", "export")) as State;
  const { pending_operations: pending = [], resources = [], ...rest } = state.deployment;
  const found = begun(cloud, state);
  const file = join(cloud.folder, "recovered.json");
  const deployment = { ...rest, resources: [...resources, ...found] };
  writeFileSync(file, JSON.stringify({ ...state, deployment }), { mode: 0o600 });
  await cloud.pulumi.must("stack", "import", "--file", file);
  expectSuccess(await cloud.pulumi.refresh());
  const up = await cloud.pulumi.up();
  expectSuccess(up);
  expect(Object.keys(up.changes).filter((op) => /replace|delete/.test(op))).toEqual([]);
  return `${pending.length.toString()} pending, ${found.length.toString()} found in the cloud; ${changesText(up)}`;
}
