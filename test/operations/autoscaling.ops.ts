import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { createJob, followJob, uploadVideo } from "../../tools/demo/client.ts";
import { kubectl } from "../../tools/node/start.ts";
import { describeClusterOnFailure } from "../support/e2e/describe-cluster.ts";
import { outcomeOf } from "../support/e2e/faults.ts";
import { clip, patienceMs, platform, shortClip } from "../support/e2e/platform.ts";

describeClusterOnFailure();

const inWorkers = "--namespace=framewright-workers";
/** Above two workers' share of ten jobs each, so that all three are wanted. */
const jobCount = 24;

async function readyWorkers(): Promise<number> {
  const path = "jsonpath={.status.readyReplicas}";
  return Number((await kubectl(["get", inWorkers, "deployment/worker-cpu", "-o", path])) || "0");
}

/** Seconds until so many are ready. */
async function untilReady(isEnough: (ready: number) => boolean, withinMs: number): Promise<number> {
  const start = performance.now();
  while (!isEnough(await readyWorkers())) {
    const seconds = (performance.now() - start) / 1000;
    if (seconds * 1000 > withinMs) {
      throw new Error(`${await readyWorkers()} workers are ready after ${seconds.toFixed(0)} s`);
    }
    await sleep(500);
  }
  return (performance.now() - start) / 1000;
}

/** As `Ready=True`. */
async function conditions(): Promise<string[]> {
  const path = "jsonpath={range .status.conditions[*]}{.type}={.status} {end}";
  const text = await kubectl(["get", inWorkers, "scaledobject/worker-cpu", "-o", path]);
  return text.trim().split(" ");
}

/** The seed's ten minutes without a change would make this test as long. */
async function shrinkAtOnce(): Promise<void> {
  const down = {
    stabilizationWindowSeconds: 0,
    policies: [{ type: "Pods", value: 1, periodSeconds: 15 }],
  };
  const behavior = { scaleDown: down };
  const patch = { spec: { advanced: { horizontalPodAutoscalerConfig: { behavior } } } };
  const args = ["patch", inWorkers, "scaledobject/worker-cpu", "--type=merge"];
  await kubectl([...args, "-p", JSON.stringify(patch)]);
}

test("workers grow with the queue and go with it, and no job is lost or done twice", async () => {
  expect(await conditions()).toEqual(expect.arrayContaining(["Ready=True", "Fallback=False"]));
  const api = await platform();
  const uploadId = await uploadVideo(api, await clip(shortClip));
  const jobs = await Promise.all(
    Array.from({ length: jobCount }, () => createJob(api, uploadId, "hls-720p")),
  );
  const second = await untilReady((ready) => ready >= 2, 3 * 60_000);
  const third = second + (await untilReady((ready) => ready >= 3, 3 * 60_000));
  await shrinkAtOnce();
  const ended = await Promise.all(
    jobs.map(({ id }) => followJob(api, id, () => undefined, patienceMs)),
  );
  const down = await untilReady((ready) => ready === 1, 5 * 60_000);
  const lost = ended.filter(({ state }) => state !== "succeeded");
  const again = ended.filter(({ attempts }) => attempts.length > 1);
  console.log(
    `${jobCount} jobs: second worker ready after ${second.toFixed(1)} s, third after ${third.toFixed(1)} s; ` +
      `one is left ${down.toFixed(1)} s after the last job; lost ${lost.length}, begun again ${again.length}`,
  );
  expect(lost).toEqual([]);
  const [first] = ended;
  if (first === undefined) throw new Error("no job was sent");
  expect((await outcomeOf(api, first.id)).published).toBe(1);
});

test("without the adapter or the broker workers stay as they are, and jobs go on", async () => {
  const api = await platform();
  const uploadId = await uploadVideo(api, await clip(shortClip));
  const adapter = ["--namespace=framewright-autoscaling", "deployment/keda-adapter"];
  await kubectl(["scale", ...adapter, "--replicas=0"]);
  try {
    const { id } = await createJob(api, uploadId, "hls-720p");
    expect((await followJob(api, id, () => undefined, patienceMs)).state).toBe("succeeded");
    expect(await readyWorkers()).toBeGreaterThanOrEqual(1);
  } finally {
    await kubectl(["scale", ...adapter, "--replicas=1"]);
    await kubectl(["rollout", "status", ...adapter]);
  }
});
