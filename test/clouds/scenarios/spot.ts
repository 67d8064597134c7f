import { expect } from "vitest";
import { drainSpot } from "../../standins/cluster/settings.ts";
import type { Cloud } from "../harness/cloud.ts";
import { eventually, type Kube, type Pod } from "../harness/kube.ts";
import { firstUp } from "./basics.ts";
import { scaleUntilRunning, untilNodes } from "./pools.ts";
import { isRunning, whyPending, workloadOf } from "./pods.ts";

const poolLabel = "framewright.dev/pool";
const workload = "worker-nvenc-l4";

async function workers(kube: Kube): Promise<Pod[]> {
  const pods = await kube.pods("--namespace", "framewright-workers");
  return pods.filter((pod) => workloadOf(pod) === workload);
}

async function poolOf(kube: Kube, { spec }: Pod): Promise<string> {
  if (spec.nodeName === undefined) return "none";
  const { ok, text } = await kube.ask(["get", "node", spec.nodeName, "--output=json"]);
  if (!ok) return "a node that has gone";
  const { metadata } = JSON.parse(text) as { metadata: { labels: Record<string, string> } };
  return metadata.labels[poolLabel] ?? "none";
}

/** What keeps the workers from being at home on a pool, all of them. */
async function notOn(kube: Kube, pool: string, count: number): Promise<string | undefined> {
  const pods = await workers(kube);
  const waiting = pods.find((pod) => !isRunning(pod));
  if (waiting !== undefined) return whyPending(waiting);
  if (pods.length !== count) return `${pods.length.toString()} pods`;
  for (const pod of pods) {
    const seen = await poolOf(kube, pod);
    if (seen !== pool) return `${pod.metadata.name} is on ${seen}`;
  }
  return undefined;
}

const spotPool = "l4-spot";

/** The cloud has no machine of the spot pool: everything else is made all the same, and so is the empty pool. */
export async function firstUpWithoutSpot(cloud: Cloud): Promise<string> {
  cloud.view.setFaults({ operation: "scale", name: spotPool, error: "no capacity" });
  const seen = await firstUp(cloud);
  const kube = await cloud.kube();
  expect(await kube.nodes("--selector", `${poolLabel}=${spotPool}`)).toEqual([]);
  return seen;
}

/** What waited for the pool brings its least number of nodes, without a further `up`. */
export async function spotComes(cloud: Cloud): Promise<string> {
  cloud.view.setFaults();
  await untilNodes(await cloud.kube(), spotPool, 1);
  return `one node in ${spotPool}`;
}

/** The cloud takes all spot nodes back and has no others: the workers move to the twin on demand, one after the other. */
export async function spotDrained(cloud: Cloud): Promise<string> {
  const kube = await cloud.kube();
  const count = Math.max(2, (await workers(kube)).length);
  await scaleUntilRunning(kube, workload, count);
  await eventually("workers on spot", 120, () => notOn(kube, "l4-spot", count));
  drainSpot(cloud.view.folder, ["l4-spot"]);
  let fewest = count;
  try {
    await eventually("workers on the twin", 180, async () => {
      fewest = Math.min(fewest, (await workers(kube)).filter(isRunning).length);
      return notOn(kube, "l4", count);
    });
  } finally {
    drainSpot(cloud.view.folder, []);
  }
  expect(fewest).toBeGreaterThanOrEqual(1);
  return `${count.toString()} workers moved to l4, never fewer than ${fewest.toString()} running`;
}
