import { expect } from "vitest";
import { publishMore } from "../../standins/aws/published.ts";
import type { Cloud } from "../harness/cloud.ts";
import { changesText } from "../harness/operation.ts";
import { expectNoChanges, expectSuccess } from "./basics.ts";
import { driftFindsNothing } from "./commands.ts";

const movingTypes = ["aws:eks/addon:Addon", "aws:eks/nodeGroup:NodeGroup"];

/**
 * Newer add-ons and node images come out: that is no drift, and the next up takes them, in place. On GKE the release channel
 * brings them, without Pulumi.
 */
export async function newerVersionsCome(cloud: Cloud): Promise<string> {
  publishMore(cloud.view.folder);
  const drift = await driftFindsNothing(cloud);
  const up = await cloud.pulumi.up();
  if (cloud.source.cloud === "gke") {
    expectNoChanges(up);
    return `${drift}; the release channel brings them`;
  }
  expectSuccess(up);
  const there = cloud.view.resources().filter(({ type }) => movingTypes.includes(type));
  const moved = up.steps.filter(({ type }) => movingTypes.includes(type));
  expect(moved.map(({ op }) => op)).toEqual(there.map(() => "update"));
  expect([...new Set(moved.flatMap(({ changed }) => changed))].toSorted()).toEqual([
    "addonVersion",
    "releaseVersion",
  ]);
  expect(up.steps.filter(({ type }) => !movingTypes.includes(type))).toEqual([]);
  return `${drift}; then ${changesText(up)}`;
}
