import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parseDocument } from "yaml";
import { Value } from "typebox/value";
import { JobList, type Job } from "@framewright/contracts/client-api.ts";
import { createJob, followJob, getJob, uploadVideo, type Api } from "../../tools/demo/client.ts";
import type { ClipShape } from "../../tools/demo/clip.ts";
import { kubectl } from "../../tools/node/start.ts";
import { own } from "../../tools/paths.ts";
import { up } from "../../tools/stack.ts";
import { writeWhole } from "../../tools/steps.ts";
import { describeClusterOnFailure } from "../support/e2e/describe-cluster.ts";
import { stateEvents } from "../support/e2e/job-events.ts";
import { ask, clip, longClip, patienceMs, platform, shortClip } from "../support/e2e/platform.ts";
import {
  boundWorkers,
  readyWorkers,
  shrinkAtOnce,
  untilNoWorker,
  untilWorkers,
  workerPods,
  workersScaler,
  type WorkerPod,
} from "../support/operations/scaled-workers.ts";

describeClusterOnFailure();

const minute = 60_000;
/** Above two workers' share of ten jobs each, so that all three are wanted. */
const jobCount = 24;
const cycles = 10;

/** Encoded in seconds also on a machine with much else to do. */
const smallClip: ClipShape = { width: 640, height: 360, fps: 30, seconds: 8 };

let api: Api;
let upload: string;
let putBack: () => Promise<void>;
beforeAll(async () => {
  api = await platform();
  upload = await uploadVideo(api, await clip(smallClip));
  putBack = await workersScaler.kept();
}, 2 * minute);
afterAll(async () => {
  await putBack();
}, minute);

/** All at once; what the API cannot take at the moment is sent again, as a client would. */
function send(count: number, uploadId = upload): Promise<Job[]> {
  const one = async (tries = 5): Promise<Job> => {
    try {
      return await createJob(api, uploadId, "hls-720p");
    } catch (error) {
      if (tries === 0 || !String(error).includes("answered 503")) throw error;
      await sleep(1000);
      return one(tries - 1);
    }
  };
  return Promise.all(Array.from({ length: count }, () => one()));
}

/** One worker that has nothing to do, and up to three when there is something. */
async function calmDown(): Promise<void> {
  const left = async () => {
    const lists = await Promise.all(
      ["queued", "running"].map((state) => ask(api, `/v1/jobs?state=${state}&limit=1`)),
    );
    const bodies = await Promise.all(lists.map((list) => list.json()));
    return bodies.flatMap((body) => Value.Parse(JobList, body).jobs).length;
  };
  await shrinkAtOnce();
  await expect.poll(left, { timeout: 10 * minute, interval: 1000 }).toBe(0);
  await boundWorkers(1, 1);
  await untilWorkers((ready) => ready === 1, 5 * minute);
  await boundWorkers(1, 3);
}

interface Ends {
  readonly lost: number;
  readonly handedOver: number;
  /** Published more than once, or never. */
  readonly wrong: number;
}

/** Follows all of them to their end, each of which must have come exactly once. */
async function endsOf(jobs: readonly Job[]): Promise<Ends> {
  const ends = { lost: 0, handedOver: 0, wrong: 0 };
  for (const { id } of jobs) {
    const job = await followJob(api, id, () => undefined, patienceMs);
    const published = (await stateEvents(api, id)).filter(({ type }) => type === "succeeded");
    if (job.state !== "succeeded") ends.lost += 1;
    if (job.attempts.length > 1) ends.handedOver += 1;
    if (published.length !== 1) ends.wrong += 1;
  }
  return ends;
}

/** When a pod came to be, from the moment that the jobs were sent: `created 9, Initialized 12, Ready 19`. */
function storyOf({ at }: WorkerPod, since: number): string {
  return ["created", "PodScheduled", "Initialized", "Ready"]
    .map((step) => `${step} ${(((at[step] ?? Number.NaN) - since) / 1000).toFixed(0)}`)
    .join(", ");
}

/** What a new worker waited for, as it is sent by whoever asks for one. */
async function grow(to: number): Promise<{ readonly seconds: number; readonly story: string }> {
  const before = new Set((await workerPods()).map(({ name }) => name));
  const since = Date.now();
  const { seconds, pods } = await untilWorkers((ready) => ready >= to, 10 * minute);
  const fresh = pods.filter(({ name }) => !before.has(name));
  return { seconds, story: fresh.map((pod) => storyOf(pod, since)).join("; ") };
}

test("workers grow with the queue and go with it, and no job is lost or done twice", async () => {
  await calmDown();
  await expect
    .poll(() => workersScaler.conditions(), { timeout: minute })
    .toEqual(expect.arrayContaining(["Ready=True", "Fallback=False"]));
  const jobs = await send(jobCount);
  const second = await grow(2);
  const third = await grow(3);
  const ends = await endsOf(jobs);
  const down = await untilWorkers((ready) => ready === 1, 5 * minute);
  console.log(
    `${jobCount} jobs: second worker ready after ${second.seconds.toFixed(1)} s (${second.story}), third ` +
      `${third.seconds.toFixed(1)} s later; one is left ${down.seconds.toFixed(1)} s after the last job; ${JSON.stringify(ends)}`,
  );
  expect(ends).toMatchObject({ lost: 0, wrong: 0 });
});

async function costOf(pod: string): Promise<string> {
  const path = String.raw`jsonpath={.metadata.annotations.controller\.kubernetes\.io/pod-deletion-cost}`;
  return kubectl(["get", "pod", pod, "--namespace=framewright-workers", "-o", path]);
}

/** The worker that has the job, once its pod is marked as busy. */
async function marked(jobId: string): Promise<string> {
  const deadline = Date.now() + minute;
  for (;;) {
    const worker = (await getJob(api, jobId)).attempts.at(-1)?.worker;
    if (worker !== undefined && (await costOf(worker)) !== "") return worker;
    if (Date.now() > deadline) throw new Error(`the pod of ${worker ?? "nobody"} is not marked`);
    await sleep(200);
  }
}

test("a scale-in takes the idle workers, wherever the busy one is", async () => {
  await calmDown();
  const long = await uploadVideo(api, await clip(longClip));
  const rounds = 3;
  let kept = 0;
  for (let round = 0; round < rounds; round += 1) {
    await boundWorkers(3, 3);
    await untilWorkers((ready) => ready === 3, 10 * minute);
    const [job] = await send(1, long);
    if (job === undefined) throw new Error("no job was sent");
    const worker = await marked(job.id);
    await boundWorkers(1, 1);
    const { pods } = await untilWorkers((ready) => ready === 1, 10 * minute);
    const ended = await followJob(api, job.id, () => undefined, patienceMs);
    if (pods[0]?.name === worker && ended.attempts.length === 1) kept += 1;
  }
  console.log(
    `three workers, one of them busy, scaled to one: it was the busy one ${kept} of ${rounds} times`,
  );
  expect(kept).toBe(rounds);
});

test(
  "ten times up and down with jobs in flight, and none is lost",
  async () => {
    await calmDown();
    const short = await uploadVideo(api, await clip(shortClip));
    const jobs: Job[] = [];
    const times = { up: [] as number[], down: [] as number[] };
    for (let cycle = 0; cycle < cycles; cycle += 1) {
      await boundWorkers(1, 1);
      const down = await untilWorkers((ready) => ready === 1, 10 * minute);
      if (cycle > 0) times.down.push(down.seconds);
      // As many as keep three workers busy until two of them go, and no backlog that grows from cycle to cycle.
      jobs.push(...(await send(cycle === 0 ? 6 : 2, short)));
      await boundWorkers(3, 3);
      times.up.push((await untilWorkers((ready) => ready === 3, 10 * minute)).seconds);
    }
    await boundWorkers(1, 3);
    const ends = await endsOf(jobs);
    const list = (seconds: number[]) => seconds.map((one) => one.toFixed(0)).join(" ");
    console.log(
      `${cycles} cycles between one worker and three, ${jobs.length} jobs: up in ${list(times.up)} s, down in ` +
        `${list(times.down)} s; ${JSON.stringify(ends)}`,
    );
    expect(ends).toMatchObject({ lost: 0, wrong: 0 });
  },
  25 * minute,
);

test("a new worker is ready soon after jobs were sent", async () => {
  // Long enough that most of them still wait when Kubernetes looks.
  const short = await uploadVideo(api, await clip(shortClip));
  const stories: string[] = [];
  const reactions: number[] = [];
  for (let round = 0; round < 3; round += 1) {
    await calmDown();
    const jobs = await send(16, short);
    const { seconds, story } = await grow(2);
    reactions.push(seconds);
    stories.push(story);
    expect(await endsOf(jobs)).toMatchObject({ lost: 0, wrong: 0 });
  }
  const sorted = reactions.toSorted((a, b) => a - b);
  console.log(
    `from 16 jobs at once to a second ready worker: ${reactions.map((one) => one.toFixed(1)).join(", ")} s, ` +
      `median ${(sorted[1] ?? Number.NaN).toFixed(1)} s\n${stories.join("\n")}`,
  );
  // Kubernetes looks every 15 s, and a pod on a machine with nothing else to do takes five.
  expect(sorted[1]).toBeLessThan(60);
});

async function scaleBroker(replicas: number): Promise<void> {
  const broker = ["--namespace=framewright-data", "statefulset/rabbitmq"];
  await kubectl(["scale", ...broker, `--replicas=${replicas}`]);
  if (replicas > 0) await kubectl(["rollout", "status", ...broker, "--timeout=240s"]);
}

test("while the broker is away workers are added by what Postgres has, none goes, and no job is lost", async () => {
  await calmDown();
  const jobs = await send(jobCount);
  await scaleBroker(0);
  const away = Date.now();
  let least = Infinity;
  let grown: number | undefined;
  try {
    while (Date.now() - away < minute) {
      const { length } = await readyWorkers();
      least = Math.min(least, length);
      if (length >= 2) grown ??= (Date.now() - away) / 1000;
      await sleep(1000);
    }
    // Submitted meanwhile: it waits in the outbox.
    jobs.push(...(await send(1)));
  } finally {
    await scaleBroker(1);
  }
  const ends = await endsOf(jobs);
  console.log(
    `broker away for a minute with ${jobCount} jobs: a second worker after ${grown?.toFixed(1) ?? "-"} s, never fewer ` +
      `than ${least}; ${JSON.stringify(ends)}`,
  );
  expect(least).toBeGreaterThanOrEqual(1);
  expect(ends).toMatchObject({ lost: 0, wrong: 0 });
});

test("by hand: KEDA holds the number that an annotation names, and takes over again (docs/runbooks/scale-by-hand.md)", async () => {
  await calmDown();
  await workersScaler.hold(2);
  try {
    const up = await untilWorkers((ready) => ready === 2, 10 * minute);
    await workersScaler.hold(0);
    const [job] = await send(1);
    const none = await untilNoWorker(10 * minute);
    if (job === undefined) throw new Error("no job was sent");
    expect((await getJob(api, job.id)).state).not.toBe("failed");
    await workersScaler.hold(undefined);
    expect(await endsOf([job])).toMatchObject({ lost: 0, wrong: 0 });
    console.log(
      `by hand: two after ${up.seconds.toFixed(0)} s, none after ${none.toFixed(0)} s, and the job was done after that`,
    );
  } finally {
    await workersScaler.hold(undefined);
  }
});

test("without the adapter workers stay as they are, and jobs go on", async () => {
  await calmDown();
  const adapter = ["--namespace=framewright-autoscaling", "deployment/keda-adapter"];
  await kubectl(["scale", ...adapter, "--replicas=0"]);
  try {
    expect(await endsOf(await send(1))).toMatchObject({ lost: 0, wrong: 0 });
    expect((await readyWorkers()).length).toBeGreaterThanOrEqual(1);
  } finally {
    await kubectl(["scale", ...adapter, "--replicas=1"]);
    await kubectl(["rollout", "status", ...adapter]);
  }
});

test("with a minimum of none the last worker goes, and a job brings one back", async () => {
  await putBack();
  const stack = parseDocument(readFileSync(join(own, "Pulumi.local.yaml"), "utf8"));
  stack.setIn(["config", "framewright:workers", "cpu", "replicas"], { min: 0, max: 3 });
  const file = join(own, "Pulumi.from-none.yaml");
  writeWhole(file, stack.toString());
  await up(() => undefined, file);
  try {
    await shrinkAtOnce();
    const gone = await untilNoWorker(5 * minute);
    const lines: string[] = [];
    for (let round = 0; round < 3; round += 1) {
      const jobs = await send(1);
      const { seconds, story } = await grow(1);
      const ends = await endsOf(jobs);
      expect(ends).toEqual({ lost: 0, handedOver: 0, wrong: 0 });
      const down = await untilNoWorker(5 * minute);
      lines.push(
        `from none: ready after ${seconds.toFixed(1)} s (${story}); none again ${down.toFixed(1)} s after the job`,
      );
    }
    console.log(
      `the last of the idle workers went after ${gone.toFixed(1)} s\n${lines.join("\n")}`,
    );
  } finally {
    await up(() => undefined, join(own, "Pulumi.local.yaml"));
    await putBack();
    await untilWorkers((ready) => ready >= 1, 3 * minute);
  }
});
