import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createJob, followJob, getTranscript, uploadVideo } from "../../tools/demo/client.ts";
import { dubTable } from "../../tools/demo/dub-report.ts";
import { mediaTools, platform } from "../../tools/demo/platform.ts";
import { makeTalk, modelOf, spoken } from "../../tools/demo/talk.ts";
import { kubectl } from "../../tools/node/start.ts";
import { forwardTo, type Forward } from "../../tools/status/forward.ts";
import { describeClusterOnFailure } from "../support/e2e/describe-cluster.ts";
import { scalerOf } from "../support/operations/scaler.ts";

describeClusterOnFailure();

const minute = 60_000;

/** Of the stack of `npm run up -- --with models,autoscaling`. */
const speech = { namespace: "ai-models-tts", name: "model-tts" } as const;
const services = ["stt", "mt", "tts"] as const;

const scaler = scalerOf(speech.namespace, speech.name);
let isThere = false;
let putBack = (): Promise<void> => Promise.resolve();
beforeAll(async () => {
  isThere = (await kubectl(["get", "namespace", "--output=name"])).includes(speech.namespace);
  if (isThere) putBack = await scaler.kept();
}, minute);
beforeEach((context) => {
  context.skip(!isThere, "a stack of: npm run up -- --with models,autoscaling");
});
afterAll(() => putBack(), minute);

/** Calls the queue in front of a service, as workers do. */
async function throughQueue<T>(
  service: (typeof services)[number],
  port: number,
  use: (queue: Forward) => Promise<T>,
): Promise<T> {
  const target = `service/model-${service}-queue`;
  const queue = await forwardTo({ namespace: "framewright-workers", target, port });
  try {
    return await use(queue);
  } finally {
    queue.close();
  }
}

async function speechPods(): Promise<number> {
  const args = ["get", "pods", `--namespace=${speech.namespace}`, "--output=name"];
  const text = await kubectl([...args, `--selector=app.kubernetes.io/name=${speech.name}`]);
  return text.split("\n").filter((line) => line !== "").length;
}

async function answersOf(service: (typeof services)[number]): Promise<number> {
  const text = await throughQueue(service, 9090, async ({ url }) => {
    const response = await fetch(`${url}/metrics`);
    return response.text();
  });
  const counted = text.matchAll(
    /^framewright_model_answers_total\{[^}]*status="200"[^}]*\} (\d+)/gm,
  );
  return [...counted].reduce((sum, [, count]) => sum + Number(count), 0);
}

async function downToNone(): Promise<number> {
  await scaler.patch({ cooldownPeriod: 15 });
  const since = performance.now();
  await expect.poll(speechPods, { timeout: 5 * minute, interval: 1000 }).toBe(0);
  return (performance.now() - since) / 1000;
}

/** The seconds that one sentence took. */
async function sayOne(): Promise<number> {
  return throughQueue("tts", 8000, async ({ url }) => {
    const since = performance.now();
    const wav = await spoken(url, await modelOf(url), "Good morning.");
    expect(Buffer.from(wav.subarray(0, 4)).toString()).toBe("RIFF");
    return (performance.now() - since) / 1000;
  });
}

test("a model without work has no pod, and a request brings one and is answered by it", async () => {
  expect(await scaler.conditions()).toContain("Ready=True");
  await sayOne();
  const gone = await downToNone();
  const first = await sayOne();
  expect(await speechPods()).toBe(1);
  const second = await sayOne();
  console.log(
    `no pod ${gone.toFixed(0)} s after a cool-down of 15 s began; a sentence said after ${first.toFixed(1)} s ` +
      `from none, after ${second.toFixed(1)} s by a pod that is there`,
  );
});

test("a talk is dubbed through the queues, from no pod that speaks", async () => {
  const [api, tools] = [await platform(), await mediaTools()];
  const file = await throughQueue("tts", 8000, ({ url }) => makeTalk(tools.ffmpeg, url));
  await downToNone();
  const before = await Promise.all(services.map(answersOf));
  const since = performance.now();
  const { id } = await createJob(api, await uploadVideo(api, file), "hls-720p", {
    dub: { language: "pt" },
  });
  const job = await followJob(api, id, () => undefined, 15 * minute);
  expect([job.state, job.error?.message]).toEqual(["succeeded", undefined]);
  const transcript = await getTranscript(api, id);
  const after = await Promise.all(services.map(answersOf));
  const asked = after.map((count, index) => count - (before[index] ?? 0));
  console.log(
    `${dubTable(transcript)}\n  ${((performance.now() - since) / 1000).toFixed(0)} s with a pod that speaks brought ` +
      `from none; answered by way of the queues: ${services.map((name, i) => `${name} ${asked[i] ?? 0}`).join(", ")}`,
  );
  expect(job.attempts).toHaveLength(1);
  expect(transcript.wordErrorRate).toBeLessThan(0.15);
  for (const count of asked) expect(count).toBeGreaterThan(0);
});
