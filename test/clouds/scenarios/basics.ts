import { expect } from "vitest";
import { note } from "../../../tools/testing/clouds-report.ts";
import type { Cloud } from "../harness/cloud.ts";
import { changesText, complaint, type Operation } from "../harness/operation.ts";
import { leftovers, stateResources } from "./leftovers.ts";

/** Fails with what the command said. */
export function expectSuccess(operation: Operation): void {
  expect(operation.code, complaint(operation)).toBe(0);
}

/** Fails with the steps that should not have been. */
export function expectNoChanges(operation: Operation): void {
  expectSuccess(operation);
  const steps = operation.steps.map(({ op, name, changed }) => `${op} ${name} ${changed.join()}`);
  expect(steps).toEqual([]);
}

/** Nothing is there: no cluster, no resource, no credentials. */
export async function previewWithoutCloud(cloud: Cloud): Promise<string> {
  const preview = await cloud.pulumi.preview();
  expectSuccess(preview);
  expect(Object.keys(preview.changes)).toEqual(["create"]);
  expect(cloud.view.inventory()).toEqual([]);
  expect(cloud.processes()).toEqual([]);
  const resources = preview.changes["create"] ?? 0;
  const { seconds } = preview;
  note({ kind: "preview", stack: cloud.name, resources, seconds });
  return `${resources.toString()} resources to create`;
}

export async function firstUp(cloud: Cloud): Promise<string> {
  const promised = await cloud.pulumi.preview();
  const up = await cloud.pulumi.up();
  expectSuccess(up);
  expect(up.changes).toEqual(promised.changes);
  return `${changesText(up)} in ${up.seconds.toFixed(0)} s, as the preview said`;
}

export async function up(cloud: Cloud): Promise<string> {
  const operation = await cloud.pulumi.up();
  expectSuccess(operation);
  return changesText(operation);
}

export async function unchangedUp(cloud: Cloud): Promise<string> {
  const again = await cloud.pulumi.up();
  expectNoChanges(again);
  return `${(again.changes["same"] ?? 0).toString()} resources, none changed`;
}

/** What the clouds say is what the state says. */
export async function unchangedRefresh(cloud: Cloud): Promise<string> {
  const refresh = await cloud.pulumi.refresh();
  expectSuccess(refresh);
  const steps = refresh.steps.filter(({ op }) => op !== "refresh");
  expect(steps.map(({ op, name, changed }) => `${op} ${name} ${changed.join()}`)).toEqual([]);
  return "no drift";
}

/**
 * A protected stack refuses before anything of it is gone. The clouds' own refusal alone would come too late: what
 * runs on a cluster goes before the cluster.
 */
export async function refusedDestroy(cloud: Cloud): Promise<string> {
  const before = { cloud: cloud.view.inventory(), state: await resourceCount(cloud) };
  const { code, stdout } = await cloud.pulumi.run("destroy", "--yes");
  expect(code).not.toBe(0);
  const refusal = /resource "[^"]*::([^":]+)" cannot be deleted\s+because it is protected/.exec(
    stdout,
  );
  expect(refusal, stdout).not.toBeNull();
  expect({ cloud: cloud.view.inventory(), state: await resourceCount(cloud) }).toEqual(before);
  return `${refusal?.[1] ?? ""} cannot be deleted because it is protected; nothing else was touched`;
}

async function resourceCount(cloud: Cloud): Promise<number> {
  return (await stateResources(cloud)).length;
}

/** Protection lifted as docs/decisions/0012 says, and the stack taken down. */
export async function twoStepDestroy(cloud: Cloud): Promise<string> {
  cloud.file.set("deletionProtection", "false");
  cloud.file.set("teardown", cloud.source.stack);
  const up = await cloud.pulumi.up();
  expectSuccess(up);
  const types = new Set(up.steps.map(({ op }) => op));
  expect([...types]).toEqual(["update"]);
  const destroyed = await destroy(cloud);
  return `${changesText(up)}; ${destroyed}`;
}

export async function destroy(cloud: Cloud): Promise<string> {
  const operation = await cloud.pulumi.destroy();
  expectSuccess(operation);
  return changesText(operation);
}

/** Nothing of the stack is left but what is kept on purpose. */
export async function nothingLeft(cloud: Cloud): Promise<string> {
  const { unexpected, kept } = await leftovers(cloud);
  expect(unexpected).toEqual([]);
  return kept.length === 0 ? "nothing" : `kept on purpose: ${kept.join(", ")}`;
}
