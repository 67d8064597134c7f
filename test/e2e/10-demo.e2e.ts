import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { Value } from "typebox/value";
import { Job, Problem } from "@framewright/contracts/client-api.ts";
import { createJob, followJob, getJob, uploadVideo, type Api } from "../../tools/demo/client.ts";
import { verifyJob, type MediaTools } from "../../tools/demo/verify.ts";
import { own } from "../../tools/paths.ts";
import { describeClusterOnFailure } from "../support/e2e/describe-cluster.ts";
import { jobEvents, stateEvents } from "../support/e2e/job-events.ts";
import {
  ask,
  clip,
  finishedJob,
  longClip,
  mediaTools,
  patienceMs,
  platform,
  shortClip,
  submit,
} from "../support/e2e/platform.ts";

describeClusterOnFailure();

const folder = join(own, "e2e");
const heartbeatMs = 5_000;
let api: Api;
let tools: MediaTools;
let video: string;

beforeAll(async () => {
  api = await platform();
  tools = await mediaTools();
  video = await clip(shortClip);
  mkdirSync(folder, { recursive: true });
});

async function toItsEnd(id: string): Promise<Job> {
  return followJob(api, id, () => undefined, patienceMs);
}

test("an uploaded video comes back as verified HLS with a poster, and its events tell the way", async () => {
  const submitted = await submit(api, await clip(longClip));
  expect(submitted.state).toBe("queued");
  const seen = await jobEvents(api, submitted.id);

  const states = seen.flatMap((one) => (one.kind === "state" ? [one.event] : []));
  expect(states.map(({ type, attempt }) => [type, attempt])).toEqual([
    ["queued", 0],
    ["running", 1],
    ["succeeded", 1],
  ]);
  expect(states.map(({ id }) => id)).toEqual(states.map(({ id }) => id).toSorted((a, b) => a - b));
  const percents = seen.flatMap((one) =>
    one.kind === "progress" ? [one.event.progress.percent] : [],
  );
  expect(percents).toEqual(percents.toSorted((a, b) => a - b));

  const job = await getJob(api, submitted.id);
  expect(job.state).toBe("succeeded");
  // Progress comes with the heartbeats, and a quick job is over before its first.
  if ((job.timings?.totalMs ?? 0) > 2 * heartbeatMs) expect(percents.length).toBeGreaterThan(0);
  expect(job.durationSeconds).toBeCloseTo(longClip.seconds, 0);
  expect(job.renditions?.[0]).toMatchObject({ width: longClip.width, height: longClip.height });
  rmSync(join(folder, "hls"), { recursive: true, force: true });
  const checks = await verifyJob(job, join(folder, "hls"), tools);
  expect(checks.length).toBe(4);

  const poster = await fetch(job.posterUrl ?? "");
  expect([poster.status, poster.headers.get("content-type")]).toEqual([200, "image/jpeg"]);
  const bytes = new Uint8Array(await poster.arrayBuffer());
  expect([...bytes.slice(0, 3), ...bytes.slice(-2)]).toEqual([0xff, 0xd8, 0xff, 0xff, 0xd9]);
});

test("verification refuses a result that is shorter than its job says", async () => {
  const job = await finishedJob(api);
  const longer = { ...job, durationSeconds: (job.durationSeconds ?? 0) + 1 };
  await expect(verifyJob(longer, join(folder, "refused"), tools)).rejects.toThrow(/ends at/);
});

test("a playback URL works without a key, and with one character changed it does not", async () => {
  const { playbackUrl = "" } = await finishedJob(api);
  const [, before = "", token = "", after = ""] = /^(.*\/playback\/)([^/]+)(\/.*)$/.exec(
    playbackUrl,
  )!;
  const changed = [0, 20, 30, token.length - 2].map((at) => {
    const other = token[at] === "A" ? "B" : "A";
    return token.slice(0, at) + other + token.slice(at + 1);
  });
  const statusOf = async (text: string) => (await fetch(`${before}${text}${after}`)).status;
  expect(await statusOf(token)).toBe(200);
  expect(await Promise.all(changed.map(statusOf))).toEqual([404, 404, 404, 404]);
  const refused = await fetch(`${before}${changed[0]}${after}`);
  expect(Value.Parse(Problem, await refused.json()).code).toBe("not-found");
});

test("a repeated submit with the same key gives the same job, and another body is refused", async () => {
  const uploadId = await uploadVideo(api, video);
  const headers = { "idempotency-key": `e2e-${uploadId}` };
  const body = { uploadId, profile: "hls-720p" };
  const answers = await Promise.all(
    Array.from({ length: 5 }, () => ask(api, "/v1/jobs", { body, headers })),
  );
  expect(answers.map(({ status }) => status)).toEqual([202, 202, 202, 202, 202]);
  const jobs = await Promise.all(
    answers.map(async (answer) => Value.Parse(Job, await answer.json())),
  );
  const ids = new Set(jobs.map(({ id }) => id));
  expect(ids.size).toBe(1);
  const other = await ask(api, "/v1/jobs", { body: { ...body, profile: "hls-2160p" }, headers });
  expect(other.status).toBe(422);
  const [id = ""] = ids;
  await ask(api, `/v1/jobs/${id}/cancel`, { body: {} });
  expect((await toItsEnd(id)).attempts.length).toBeLessThanOrEqual(1);
});

test("a text that pretends to be a video fails with a readable reason, and the next job works", async () => {
  const file = join(folder, "not-a-video.mp4");
  writeFileSync(file, "The quick brown fox jumps over the lazy dog.\n".repeat(500));
  const refused = await toItsEnd((await submit(api, file)).id);
  expect(refused.state).toBe("failed");
  expect(refused.error?.kind).toBe("input");
  expect(refused.error?.message).toMatch(/^[A-Z].{20,}/);
  expect(refused.playbackUrl).toBeUndefined();
  expect(refused.attempts.map(({ outcome }) => outcome)).toEqual(["failed"]);
  const events = await stateEvents(api, refused.id);
  expect(events.map(({ type }) => type)).toEqual(["queued", "running", "failed"]);

  const uploadId = await uploadVideo(api, video);
  const next = await toItsEnd((await createJob(api, uploadId, "hls-720p")).id);
  expect(next.state).toBe("succeeded");
});
