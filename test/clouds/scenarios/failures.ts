import { expect } from "vitest";
import type { Cloud } from "../harness/cloud.ts";
import { changesText } from "../harness/operation.ts";
import { expectSuccess } from "./basics.ts";
import { recover } from "./recovery.ts";

const gpuPool = { gke: "gcp:container/nodePool:NodePool", eks: "aws:eks/nodeGroup:NodeGroup" };
const clusterType = { gke: "gcp:container/cluster:Cluster", eks: "aws:eks/cluster:Cluster" };

/** The cloud's own words when it has no GPU left. */
const outOfStock = {
  gke: "googleapi: Error 403: Insufficient regional quota to satisfy request: resource NVIDIA_L4_GPUS",
  eks: "InvalidRequestException: You've reached your quota for maximum vCPUs of P instances",
};

/** The first GPU pool is refused once; the same command again goes on where it ended. */
export async function errorHalfWay(cloud: Cloud): Promise<string> {
  const { cloud: kind } = cloud.source;
  const error = outOfStock[kind];
  cloud.view.setFaults({ type: gpuPool[kind], operation: "create", error, times: 1 });
  const failed = await cloud.pulumi.up();
  expect(failed.code).not.toBe(0);
  expect(failed.errors.join("\n")).toContain(error);
  cloud.view.setFaults();
  const up = await cloud.pulumi.up();
  expectSuccess(up);
  const { create = 0, ...others } = up.changes;
  expect(create).toBeGreaterThan(0);
  expect(Object.keys(others)).toEqual(["same"]);
  return `failed after ${changesText(failed)}; again: ${changesText(up)}`;
}

/** Pulumi and its plugins are killed while the cloud makes the cluster. */
export async function killedAtCluster(cloud: Cloud): Promise<string> {
  const type = clusterType[cloud.source.cloud];
  cloud.view.setFaults({ type, operation: "create", delaySeconds: 5, times: 1 });
  const killed = await cloud.pulumi.killedUp(() => cloud.view.resources(type).length > 0);
  cloud.view.setFaults();
  expect(killed.code).toBeNull();
  return recover(cloud);
}

/** The engine's event of a step that begins; its debug messages name every resource long before. */
const begunStatefulSet = /"resourcePreEvent":[^\n]*"type":"kubernetes:apps\/v1:StatefulSet"/;

/** Pulumi and its plugins are killed while Kubernetes makes the platform. */
export async function killedAtWorkloads(cloud: Cloud): Promise<string> {
  const killed = await cloud.pulumi.killedUp((printed) => begunStatefulSet.test(printed));
  expect(killed.code).toBeNull();
  return recover(cloud);
}
