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
 * After a killed `up`: the lock goes, what the cloud went on making is imported (forgotten, it would be made a second
 * time), what came to nothing is forgotten, and `up` does the rest.
 */
export async function recover(cloud: Cloud): Promise<string> {
  await cloud.pulumi.must("cancel", "--yes");
  const pending = await pendingCreates(cloud);
  const imported = pending.flatMap(({ urn, id }) => (id === undefined ? [] : [urn, id]));
  if (imported.length > 0) {
    // Together with --clear-pending-creates, nothing would be imported.
    const flags = imported.flatMap((text) => ["--import-pending-creates", text]);
    expectSuccess(await cloud.pulumi.refresh(...flags));
  }
  expectSuccess(await cloud.pulumi.refresh("--clear-pending-creates"));
  const up = await cloud.pulumi.up();
  expectSuccess(up);
  expect(Object.keys(up.changes).filter((op) => /replace|delete/.test(op))).toEqual([]);
  const imports = imported.length / 2;
  return `${pending.length.toString()} pending, ${imports.toString()} imported; ${changesText(up)}`;
}
