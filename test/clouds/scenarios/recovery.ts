import { expect } from "vitest";
import type { Cloud } from "../harness/cloud.ts";
import { changesText } from "../harness/operation.ts";
import { expectSuccess } from "./basics.ts";

interface Pending {
  readonly type: string;
  readonly resource: {
    readonly urn: string;
    readonly type: string;
    readonly inputs?: {
      readonly metadata?: { readonly name?: string; readonly namespace?: string };
    };
  };
}

interface State {
  readonly deployment: {
    readonly pending_operations?: readonly Pending[];
    readonly resources?: readonly { readonly id?: string; readonly type: string }[];
  };
}

/** What was being made when nobody was left to write down what became of it. */
interface Found {
  readonly urn: string;
  /** Undefined: nothing came of it. */
  readonly id: string | undefined;
}

/** The one thing of that type in the cloud which the state does not know. */
function unknownToState(cloud: Cloud, { resources = [] }: State["deployment"], type: string) {
  const known = new Set(resources.filter((it) => it.type === type).map(({ id }) => id));
  const strangers = cloud.view.resources(type).filter(({ id }) => !known.has(id));
  expect(strangers.length, `which ${type} is it?`).toBeLessThanOrEqual(1);
  return strangers[0]?.id;
}

async function pendingCreates(cloud: Cloud): Promise<Found[]> {
  const text = await cloud.pulumi.must("stack", "export");
  const { deployment } = JSON.parse(text) as State;
  return (deployment.pending_operations ?? [])
    .filter(({ type }) => type === "creating")
    .map(({ resource: { urn, type } }) => ({ urn, id: unknownToState(cloud, deployment, type) }));
}

/**
 * What docs/runbooks say after a killed `up`: the lock goes, what the cloud made meanwhile is imported, and
 * `refresh` and `up` do the rest.
 */
export async function recover(cloud: Cloud): Promise<string> {
  await cloud.pulumi.must("cancel", "--yes");
  const pending = await pendingCreates(cloud);
  const imported = pending.flatMap(({ urn, id }) => (id === undefined ? [] : [urn, id]));
  const flags = imported.length === 0 ? [] : ["--import-pending-creates", imported.join(",")];
  const refresh = await cloud.pulumi.refresh(...flags, "--clear-pending-creates");
  expectSuccess(refresh);
  const up = await cloud.pulumi.up();
  expectSuccess(up);
  expect(Object.keys(up.changes).filter((op) => /replace|delete/.test(op))).toEqual([]);
  return `${pending.length.toString()} pending, ${(imported.length / 2).toString()} imported; ${changesText(up)}`;
}
