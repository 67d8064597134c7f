import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import type { CreateEgress, Egress, EgressEvent } from "@framewright/contracts/egress.ts";
import type { Job } from "@framewright/contracts/client-api.ts";
import { egressKinds } from "@framewright/contracts/egress-kinds.ts";
import { announced, describeFile, putFile, wayToStore } from "../../egress/src/record/store.ts";
import { createRecorderApi } from "../../egress/src/recorder-api.ts";
import { recorderTicket } from "../../runtime/recorder-ticket.ts";
import {
  adminSecret,
  clientOf,
  startApiUnderTest,
  until,
  type ApiUnderTest,
} from "../api/api-under-test.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { probeStreams } from "../support/clips.ts";
import { startServices, type Services } from "../support/services.ts";
import { hlsSource, rtmpSource, srtSource, type LiveSource } from "./live-source.ts";
import { startProxyProcess, type ProxyProcess } from "./proxy-process.ts";
import { startRecorderProcess, type RecorderProcess } from "./recorder-process.ts";

let services: Services;
let api: ApiUnderTest;
let recorder: RecorderProcess;
let playlists: LiveSource;
let proxy: ProxyProcess;
const playlistSeconds = 6;

beforeAll(async () => {
  services = await startServices({ postgres: true, redis: true, objectStore: true });
  const { databaseUrl, redisUrl, s3 } = services;
  api = await startApiUnderTest(
    { databaseUrl, redisUrl, s3 },
    {
      EGRESS: "on",
      EGRESS_SOURCES: "rtmp,srt,hls,web",
    },
  );
  playlists = await hlsSource(playlistSeconds);
  proxy = await startProxyProcess([Number(new URL(playlists.url).port)]);
  const env = { SOURCE_KINDS: "rtmp,srt,hls", SOURCE_PROXY: proxy.url };
  recorder = startRecorderProcess(api.workerUrl, { env });
});
afterAll(async () => {
  playlists.close();
  await recorder.close();
  await proxy.close();
  await api.stop();
  await services.stop();
});

async function record(body: CreateEgress, extra?: Record<string, string>): Promise<Egress> {
  const answer = await clientOf(api).send<Egress>("POST", "/v1/egress", body, extra);
  expect(answer.status, JSON.stringify(answer.body)).toBe(202);
  return answer.body;
}

const show = async (id: string) =>
  (await clientOf(api).send<Egress>("GET", `/v1/egress/${id}`)).body;
const has = (id: string, what: string, test: (task: Egress) => unknown) =>
  until(
    () => `${id}: ${what}; the recorder said ${recorder.log()}`,
    async () => {
      const task = await show(id);
      return test(task) ? task : undefined;
    },
    60_000,
  );
const ended = (id: string) => has(id, "has ended", ({ finishedAt }) => finishedAt);

/** An address of this API in place of the public one. */
const here = (url = "") => url.replace("http://api.test", api.url);

async function playlist(task: Egress): Promise<string> {
  const response = await fetch(here(task.playbackUrl));
  expect(response.status).toBe(200);
  return response.text();
}

const secondsOf = (text: string) =>
  [...text.matchAll(/#EXTINF:([\d.]+)/g)].reduce((sum, [, seconds]) => sum + Number(seconds), 0);

/** Pictures that a player finds at the address. */
async function picturesAt(url: string): Promise<number> {
  const video = (await probeStreams(here(url))).find(({ width }) => width);
  return Number(video?.nb_read_packets);
}

function whileOpen(source: LiveSource): string {
  onTestFinished(() => {
    source.close();
  });
  return source.url;
}

describe.concurrent("a live stream", () => {
  it("by RTMP is recorded whole, playable while it comes, and followed by a job", async () => {
    const seconds = 9;
    const url = whileOpen(await rtmpSource(seconds));
    const { id } = await record({
      source: { kind: "rtmp", url },
      outputs: { snapshots: { everySeconds: 4, width: 160 } },
      silentSeconds: 2,
      expect: ["video", "audio"],
      then: { profile: "hls-720p" },
      metadata: { event: "keynote" },
    });
    const live = await has(id, "can be played", ({ playbackUrl }) => playbackUrl);
    const growing = await playlist(live);
    expect(live).toMatchObject({ state: "running", source: { kind: "rtmp", host: "127.0.0.1" } });
    expect(growing).toContain("#EXT-X-PLAYLIST-TYPE:EVENT");
    expect(growing).not.toContain("#EXT-X-ENDLIST");

    const task = await ended(id);
    expect(task).toMatchObject({
      ...{ state: "stopped", attempt: 1, discontinuities: 0, warnings: [] },
      reason: { code: "source-ended" },
      metadata: { event: "keynote" },
      mp4: { frames: 30 * seconds },
    });
    expect(task.mp4?.durationSeconds).toBeCloseTo(seconds, 0);
    const whole = await playlist(task);
    expect(whole).toContain("#EXT-X-ENDLIST");
    expect(secondsOf(whole)).toBeCloseTo(task.durationSeconds, 1);
    expect(await picturesAt(task.playbackUrl ?? "")).toBe(30 * seconds);
    expect(await picturesAt(task.mp4?.url ?? "")).toBe(30 * seconds);
    expect(task.snapshots?.map(({ atSeconds }) => atSeconds)).toEqual([8, 4, 0]);
    const picture = await fetch(here(task.snapshots?.[0]?.url));
    expect(picture.headers.get("content-type")).toBe("image/jpeg");

    const settled = new RegExp(`"egress_id":"${id}".*"how":"settled","message":"recording ended"`);
    await until("the recorder says so", () => settled.test(recorder.log()));

    const { jobId = "" } = await has(id, "has its job", (one) => one.jobId);
    const { body: job } = await clientOf(api).send<Job>("GET", `/v1/jobs/${jobId}`);
    expect(job).toMatchObject({ input: { recordingId: id }, profile: "hls-720p", state: "queued" });
    const events = await fetch(`${api.url}/v1/egress/${id}/events`, {
      headers: { authorization: `Bearer ${api.key}` },
    });
    const types = [...(await events.text()).matchAll(/^data: (.*)$/gm)].map(
      ([, data = ""]) => (JSON.parse(data) as EgressEvent).type,
    );
    expect(types).toEqual(["queued", "running", "stopping", "stopped"]);

    const refused = await clientOf(api).send("DELETE", `/v1/egress/${id}`);
    expect(refused.body).toMatchObject({ code: "recording-in-use" });
    await clientOf(api).send("DELETE", `/v1/jobs/${jobId}`);
    expect((await clientOf(api).send("DELETE", `/v1/egress/${id}`)).status).toBe(204);
    expect((await fetch(here(task.playbackUrl))).status).toBe(404);
  });

  it("by SRT goes on when what records it is killed, and ends when it is told to", async () => {
    const source = await srtSource();
    const url = whileOpen(source);
    const { id } = await record({ source: { kind: "srt", url }, silentSeconds: 20 });
    await has(id, "has some seconds", ({ durationSeconds }) => durationSeconds > 0);
    // The process that records: its ffmpeg dies with it.
    process.kill(recorder.encoderOf(id)?.parent ?? 0, "SIGKILL");
    source.renew();
    const known = (await show(id)).durationSeconds;
    await has(
      id,
      "goes on",
      ({ discontinuities, durationSeconds }) => discontinuities === 1 && durationSeconds > known,
    );
    process.kill(recorder.encoderOf(id)?.pid ?? 0, "SIGKILL");
    source.renew();
    await has(id, "goes on again", ({ discontinuities }) => discontinuities === 2);
    const stop = await clientOf(api).send<Egress>("POST", `/v1/egress/${id}/stop`);
    expect(stop.status).toBe(202);

    const task = await ended(id);
    expect(task).toMatchObject({
      state: "stopped",
      attempt: 1,
      reason: { code: "stop-requested" },
    });
    const text = await playlist(task);
    expect(text.match(/#EXT-X-DISCONTINUITY\n/g)).toHaveLength(2);
    expect(text).toContain("#EXT-X-ENDLIST");
    expect(task.mp4?.durationSeconds).toBeCloseTo(secondsOf(text), 0);
    expect(await picturesAt(task.playbackUrl ?? "")).toBe(task.mp4?.frames);
  });

  it("by HLS is recorded by the proxy to its end", async () => {
    const { id } = await record({ source: { kind: "hls", url: playlists.url } });
    const task = await ended(id);
    expect(task).toMatchObject({
      ...{ state: "stopped", discontinuities: 0, warnings: [] },
      reason: { code: "source-ended" },
    });
    // A recorder that comes late begins with the last three segments, as every player does.
    const frames = task.mp4?.frames ?? 0;
    expect(frames).toBeGreaterThanOrEqual(90);
    expect(await picturesAt(task.playbackUrl ?? "")).toBe(frames);
    const carried = await proxy.figure("framewright_egress_proxy_bytes_total");
    expect(carried).toBeGreaterThan(task.bytes / 2);
  });

  it("that never begins fails with the reason", async () => {
    const url = "rtmp://127.0.0.1:20000/app/nothing";
    const { id } = await record({ source: { kind: "rtmp", url }, startWithinSeconds: 2 });
    expect(await ended(id)).toMatchObject({
      state: "failed",
      reason: {
        code: "source-not-started",
        message: expect.stringContaining("within 2 s") as string,
      },
    });
    const again = await clientOf(api).send("POST", `/v1/egress/${id}/stop`);
    expect(again.body).toMatchObject({ code: "egress-ended" });
  });

  it("at a private address is refused", async () => {
    const url = "rtmp://169.254.169.254:20000/app/nothing";
    const { id } = await record({ source: { kind: "rtmp", url } });
    expect(await ended(id)).toMatchObject({ state: "failed", reason: { code: "source-refused" } });
  });

  it("that is asked for twice with one key is one task", async () => {
    const body: CreateEgress = {
      source: { kind: "srt", url: "srt://127.0.0.1:20001" },
      startWithinSeconds: 1,
    };
    const first = await record(body, { "idempotency-key": "once" });
    expect((await record(body, { "idempotency-key": "once" })).id).toBe(first.id);
    const other = { ...body, startWithinSeconds: 2 };
    const refused = await clientOf(api).send("POST", "/v1/egress", other, {
      "idempotency-key": "once",
    });
    expect(refused.body).toMatchObject({ code: "idempotency-key-reused" });
    const file = { ...body, source: { kind: "srt", url: "file:///etc/passwd" } };
    const { body: problem } = await clientOf(api).send("POST", "/v1/egress", file);
    expect(problem).toMatchObject({ code: "source-refused" });
    expect((await ended(first.id)).state).toBe("failed");
  });
});

it("a page is taken by a recorder of pages, and fails with a picture of how it looked", async () => {
  const page = { ready: { when: "selector", selector: "#stage" } } as const;
  const source = { kind: "web", url: "https://page.example/board?token=of-mine" } as const;
  const wrong = await clientOf(api).send("POST", "/v1/egress", { source, page });
  expect(wrong.status).toBe(400);
  expect(JSON.stringify(wrong.body)).toContain("a source of kind web needs web-record");
  const { id } = await record({ kind: "web-record", source, page });
  const name = "web-recorder-0";
  const ticket = recorderTicket(adminSecret, name);
  const pages = createRecorderApi({ url: api.workerUrl, name, ticket });
  onTestFinished(() => pages.close());
  const wanted = { kinds: [...egressKinds], sources: ["web" as const], waitSeconds: 5 };
  const lease = await pages.claim(wanted, AbortSignal.timeout(10_000));
  expect(lease).toMatchObject({ egressId: id, kind: "web-record", source, page });
  if (lease === undefined) throw new Error("there is no task");
  const screenshot = { path: "page-1.jpg", localPath: join(temporaryFolder("page-"), "page.jpg") };
  writeFileSync(screenshot.localPath, "picture");
  const store = wayToStore(undefined);
  onTestFinished(() => store.close());
  const file = await describeFile(screenshot);
  const [upload] = await pages.uploads(lease, [announced(file)]);
  if (upload === undefined) throw new Error("there is no address");
  await putFile(upload, file, { store, signal: AbortSignal.timeout(10_000) });
  await pages.fail(lease, {
    reason: { code: "page-not-ready", message: "It was not ready" },
    again: false,
    screenshot: { path: screenshot.path, bytes: file.sizeBytes },
  });
  const task = await ended(id);
  expect(task).toMatchObject({ state: "failed", reason: { code: "page-not-ready" } });
  expect(JSON.stringify(task)).not.toContain("of-mine");
  const picture = await fetch(here(task.screenshot?.url));
  expect(picture.headers.get("content-type")).toBe("image/jpeg");
  expect(await picture.text()).toBe("picture");
});

it("a live stream loses nothing while the store is away, and goes on at another recorder when a pod is drained", async () => {
  const source = await srtSource();
  const url = whileOpen(source);
  const { id } = await record({ source: { kind: "srt", url }, silentSeconds: 30 });
  await has(id, "has begun", ({ durationSeconds }) => durationSeconds > 0);
  await services.restart("objectStore", { downMs: 5_000 });
  const first = await has(id, "has more", ({ durationSeconds }) => durationSeconds > 6);
  expect(first.discontinuities).toBe(0);

  const other = startRecorderProcess(api.workerUrl, { name: "recorder-1" });
  onTestFinished(() => other.close());
  const leaving = recorder.stop();
  await until("the encoder has gone", () => recorder.encoderOf(id) === undefined);
  source.renew();
  await leaving;
  await has(
    id,
    "goes on",
    ({ attempt, discontinuities }) => attempt === 2 && discontinuities === 1,
  );
  await clientOf(api).send("POST", `/v1/egress/${id}/stop`);
  const task = await ended(id);
  expect(task).toMatchObject({ state: "stopped", attempt: 2, warnings: [] });
  expect(task.mp4?.durationSeconds).toBeCloseTo(secondsOf(await playlist(task)), 0);
});
