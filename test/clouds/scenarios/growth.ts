import { expect } from "vitest";
import { note } from "../../../tools/testing/clouds-report.ts";
import type { Cloud } from "../harness/cloud.ts";
import { changePool } from "../harness/gpu-pools.ts";
import { expectNoChanges, expectSuccess } from "./basics.ts";
import { untilNodes } from "./pools.ts";

const pool = "l4-spot";

/** Makes a pool of so many nodes, and takes the time of each command and of the nodes. */
export function grownTo(nodes: number): (cloud: Cloud) => Promise<string> {
  return async (cloud) => {
    changePool(cloud, pool, { minNodes: nodes, maxNodes: nodes });
    const tell = (operation: string, seconds: number): void => {
      note({ kind: "growth", stack: cloud.name, nodes, operation, seconds });
    };
    const preview = await cloud.pulumi.preview();
    expectSuccess(preview);
    const up = await cloud.pulumi.up();
    expectSuccess(up);
    const began = performance.now();
    await untilNodes(await cloud.kube(), pool, nodes);
    const ready = (performance.now() - began) / 1000;
    const again = await cloud.pulumi.up();
    expectNoChanges(again);
    expect(cloud.view.clusters()).toHaveLength(1);
    tell("preview", preview.seconds);
    tell("up", up.seconds);
    tell("nodes ready after up", ready);
    tell("unchanged up", again.seconds);
    return `up ${up.seconds.toFixed(0)} s, nodes ${ready.toFixed(0)} s later`;
  };
}
