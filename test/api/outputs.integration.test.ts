import { afterAll, beforeAll, expect, it } from "vitest";
import { Value } from "typebox/value";
import { Job } from "@framewright/contracts/client-api.ts";
import { mediaTypeOf } from "@framewright/contracts/media-type.ts";
import type { Outputs } from "@framewright/contracts/outputs.ts";
import type { Lease, UploadsResponse } from "@framewright/contracts/worker-api.ts";
import { sampleResult } from "./api-under-test.ts";
import { startEngine, type EngineUnderTest } from "./engine-under-test.ts";
import { outputFiles, sampleOutputs } from "./sample-outputs.ts";
import { registerWorker, sampleFiles, type WorkerUnderTest } from "./worker-under-test.ts";

let engine: EngineUnderTest;
let able: WorkerUnderTest;
beforeAll(async () => {
  engine = await startEngine({ postgres: true, objectStore: true });
  able = await registerWorker(engine.api, "able", { features: ["outputs"] });
});
afterAll(() => engine.stop());

const outputs: Outputs = {
  hls: {},
  dash: {},
  mp4: { rendition: "720p" },
  audio: {},
  thumbnails: { count: 1 },
  sprite: { everySeconds: 6 },
};

const files: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    Object.entries(sampleFiles)
      .filter(([path]) => path !== "720p/0.m4s")
      .map(([path, [, text]]) => [path, text]),
  ),
  ...outputFiles,
};

/** Stores what a worker would have made. */
async function upload(lease: Lease): Promise<void> {
  const asked = Object.entries(files).map(([path, text]) => ({
    ...{ path, sizeBytes: Buffer.byteLength(text), contentType: mediaTypeOf(path) },
  }));
  const path = `/v1/jobs/${lease.jobId}/attempts/${lease.attempt}/uploads`;
  const { status, body } = await able.send<UploadsResponse>(path, { files: asked });
  expect(status).toBe(200);
  for (const { path: name, url, headers } of body.uploads) {
    const put = await fetch(url, { method: "PUT", body: files[name] ?? "", headers });
    expect([name, put.status]).toEqual([name, 200]);
  }
}

async function bytesStored(): Promise<number> {
  const [row] = await engine.api.query<{ bytes: string }>(
    "SELECT sum(bytes_stored) AS bytes FROM project_use",
  );
  return Number(row?.bytes);
}

it("a job with outputs goes to a worker that knows them, and each is played under its type", async () => {
  const { uploadId, client } = engine;
  const job = await client.submit({ input: { uploadId }, profile: "hls-720p", outputs });
  expect(job.outputs).toEqual(outputs);
  expect((await engine.worker.claim(job.id)).status).toBe(409);
  const { body: lease } = await able.claim(job.id);
  expect(lease.profileDefinition?.packaging).toEqual({ format: "hls", outputs });
  const before = await bytesStored();
  await upload(lease);
  const result = { ...sampleResult(), outputs: sampleOutputs };
  expect((await able.complete(lease, result)).body).toEqual({ state: "succeeded" });
  const own = Object.values(sampleOutputs).reduce((sum, { bytes }) => sum + bytes, 0);
  expect((await bytesStored()) - before).toBe(own + 14);

  const { body: done } = await client.send<Job>("GET", `/v1/jobs/${job.id}`);
  expect(Value.Errors(Job, done)).toEqual([]);
  const { baseUrl = "" } = done.results?.thumbnails ?? {};
  const urls = [
    ...[...JSON.stringify(done.results).matchAll(/"url":"([^"]+)"/g)].map(([, url]) => url),
    baseUrl + "thumbnails/00000.jpg",
  ];
  const types = await Promise.all(
    urls.map(async (url = "") => {
      const answer = await fetch(url.replace("http://api.test", engine.api.url));
      return [answer.status, answer.headers.get("content-type")];
    }),
  );
  expect(types).toEqual([
    [200, "application/dash+xml"],
    [200, "video/mp4"],
    [200, "audio/mp4"],
    [200, "video/mp4"],
    [200, "text/vtt; charset=utf-8"],
    [200, "image/jpeg"],
  ]);
});

it("a job of HLS alone needs nothing that a worker of the version before lacks", async () => {
  const { uploadId, client } = engine;
  const asked = { input: { uploadId }, profile: "hls-720p", outputs: { hls: {} } } as const;
  const job = await client.submit(asked);
  const { body: lease } = await engine.worker.claim(job.id);
  expect(lease.jobId).toBe(job.id);
  expect(lease.profileDefinition?.packaging).toEqual({ format: "hls" });
  await engine.worker.release(lease, "draining");
});

it("a result without an output that the job asks for is refused", async () => {
  const { uploadId, client } = engine;
  const asked = { ...outputs, hls: {} };
  const job = await client.submit({ input: { uploadId }, profile: "hls-720p", outputs: asked });
  const { body: lease } = await able.claim(job.id);
  await able.uploadAll(lease);
  const { status, body } = await able.complete(lease);
  expect([status, JSON.stringify(body)]).toEqual([
    422,
    expect.stringContaining("the result lacks the output dash, which the job asks for"),
  ]);
});

it("a result that leads a player elsewhere is refused", async () => {
  const { uploadId, client } = engine;
  const job = await client.submit({ input: { uploadId }, profile: "hls-720p", outputs });
  const { body: lease } = await able.claim(job.id);
  await upload(lease);
  const elsewhere = { ...sampleOutputs, mp4: { ...sampleOutputs.mp4, path: "audio.m4a" } };
  const { status, body } = await able.complete(lease, { ...sampleResult(), outputs: elsewhere });
  expect([status, JSON.stringify(body)]).toEqual([
    422,
    expect.stringContaining("audio.m4a is no .mp4 file by its name"),
  ]);
});
