import { CreateBucketCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Job, Problem } from "@framewright/contracts/client-api.ts";
import type { JobInput } from "@framewright/contracts/job-input.ts";
import type { JobLimits } from "@framewright/contracts/job-limits.ts";
import type { Lease } from "@framewright/contracts/worker-api.ts";
import { newId } from "../../../api/ids.ts";
import { startServices, type Services } from "../../support/services.ts";
import { clientOf, startApiUnderTest, until, type ApiUnderTest } from "../api-under-test.ts";
import { publishJob } from "../published-job.ts";
import { registerWorker, sampleFiles, type WorkerUnderTest } from "../worker-under-test.ts";

const profile = "hls-720p";
let services: Services;
let api: ApiUnderTest;
let client: ReturnType<typeof clientOf>;
let worker: WorkerUnderTest;
let s3: S3Client;
let earlier: Job;
const strangers = newId();

beforeAll(async () => {
  services = await startServices({ postgres: true, objectStore: true });
  const { databaseUrl } = services;
  const { endpoint, region, ...keys } = services.s3;
  const bucket = { endpoint, region, bucket: "footage-of-acme", prefixes: ["raw/"], ...keys };
  const buckets = [
    { ...bucket, name: "footage" },
    { ...bucket, name: "others", projects: [strangers] },
  ];
  const extra = { INPUT_BUCKETS: JSON.stringify(buckets), LEASE_SECONDS: "120" };
  api = await startApiUnderTest({ databaseUrl, s3: services.s3 }, extra);
  await until("readiness", async () => (await fetch(`${api.opsUrl}/readyz`)).ok);
  client = clientOf(api);
  s3 = new S3Client({ endpoint, region, credentials: keys, forcePathStyle: true });
  await s3.send(new CreateBucketCommand({ Bucket: bucket.bucket }));
  for (const Key of ["raw/2026/a.mp4", "private/b.mp4"]) {
    await s3.send(new PutObjectCommand({ Bucket: bucket.bucket, Key, Body: "footage" }));
  }
  earlier = (await publishJob(api, client)).done;
  worker = await registerWorker(api, "worker-later", { features: ["result-input"] });
});
afterAll(async () => {
  s3.destroy();
  await api.stop();
  await services.stop();
});

const submit = <T = Problem>(input: object) =>
  client.send<T>("POST", "/v1/jobs", { input, profile });

async function leaseOf(input: JobInput): Promise<{ job: Job; lease: Lease }> {
  const { status, body: job } = await submit<Job>(input);
  expect([status, job.input]).toEqual([202, input]);
  const { body: lease } = await worker.claim(job.id);
  expect(lease.jobId).toBe(job.id);
  return { job, lease };
}

const contentAt = async (url: string) => (await fetch(url)).text();

async function projectWithKey() {
  const { body: project } = await client.send<{ id: string }>("POST", "/v1/projects", {
    name: `project ${newId()}`,
  });
  const { body: made } = await client.send<{ key: string }>("POST", "/v1/api-keys", {
    ...{ name: "stranger", projectId: project.id },
  });
  return clientOf({ url: api.url, key: made.key });
}

describe("the result of an earlier job", () => {
  it("is given to the worker as the files of its largest rendition, in their order", async () => {
    const { lease } = await leaseOf({ jobId: earlier.id, output: "result" });
    if (!("tracks" in lease.source)) throw new Error("no tracks");
    const [track] = lease.source.tracks;
    const contents = await Promise.all((track?.files ?? []).map(({ url }) => contentAt(url)));
    expect(contents).toEqual([sampleFiles["720p/init.mp4"]?.[1], sampleFiles["720p/0.m4s"]?.[1]]);
    expect(track?.files.map(({ sizeBytes }) => sizeBytes)).toEqual(contents.map((c) => c.length));
    await worker.release(lease, "draining");
  });

  it("is what an input without output means, and waits for a worker that can", async () => {
    const { body: job } = await submit<Job>({ jobId: earlier.id });
    expect(job.input).toEqual({ jobId: earlier.id, output: "result" });
    const plain = await registerWorker(api, "worker-plain");
    expect((await plain.claim(job.id)).status).toBe(409);
    await client.send("POST", `/v1/jobs/${job.id}/cancel`);
  });

  it("keeps that job from being deleted until the later one has ended", async () => {
    const { done } = await publishJob(api, client);
    const { body: job } = await submit<Job>({ jobId: done.id });
    const refused = await client.send<Problem>("DELETE", `/v1/jobs/${done.id}`);
    expect([refused.status, refused.body.code]).toEqual([409, "job-in-use"]);
    expect(refused.body.detail).toContain(job.id);
    await client.send("POST", `/v1/jobs/${job.id}/cancel`);
    expect((await client.send("DELETE", `/v1/jobs/${done.id}`)).status).toBe(204);
    const gone = await submit({ jobId: done.id });
    expect([gone.status, gone.body.code]).toEqual([404, "job-not-found"]);
  });

  it("is refused while there is none, with what to do", async () => {
    const waiting = await client.submit({ input: { uploadId: await client.upload() }, profile });
    const early = await submit({ jobId: waiting.id });
    expect([early.status, early.body.code]).toEqual([409, "job-not-finished"]);
    expect(early.body.detail).toBe(
      `Job ${waiting.id} is queued; submit this one when it has succeeded`,
    );
    await client.send("POST", `/v1/jobs/${waiting.id}/cancel`);
    const { body } = await submit({ jobId: waiting.id });
    expect(body.code).toBe("job-without-result");
    expect(body.detail).toContain('"output": "source"');
  });

  it("of another project does not exist", async () => {
    const stranger = await projectWithKey();
    const body = { input: { jobId: earlier.id }, profile };
    const { status, body: problem } = await stranger.send<Problem>("POST", "/v1/jobs", body);
    const unknown = await stranger.send<Problem>("POST", "/v1/jobs", {
      ...{ input: { jobId: newId() }, profile },
    });
    expect([status, problem.code]).toEqual([404, "job-not-found"]);
    expect(unknown.status).toBe(404);
  });
});

describe("the source of an earlier job", () => {
  it("is used again, also where that job failed", async () => {
    const uploadId = await client.upload("the source");
    const failed = await client.submit({ input: { uploadId }, profile });
    const { body: lease } = await worker.claim(failed.id);
    await worker.fail(lease, "input");
    const { lease: later } = await leaseOf({ jobId: failed.id, output: "source" });
    if (!("url" in later.source)) throw new Error("no address");
    expect(await contentAt(later.source.url)).toBe("the source");
    const inUse = await client.send<Problem>("DELETE", `/v1/uploads/${uploadId}`);
    expect(inUse.body.code).toBe("upload-in-use");
    expect((await client.send("DELETE", `/v1/jobs/${failed.id}`)).status).toBe(204);
    await worker.fail(later, "input");
  });
});

describe("an object of an own bucket", () => {
  it("is given to the worker by an address of this one object", async () => {
    const { lease } = await leaseOf({ bucket: "footage", key: "raw/2026/a.mp4" });
    if (!("url" in lease.source)) throw new Error("no address");
    expect(lease.source.sizeBytes).toBe(7);
    expect(await contentAt(lease.source.url)).toBe("footage");
    const other = lease.source.url.replace("raw/2026/a.mp4", "private/b.mp4");
    expect((await fetch(other)).status).toBe(403);
    await worker.fail(lease, "input");
  });

  it.each([
    ["outside the prefixes", { bucket: "footage", key: "private/b.mp4" }, "key-refused"],
    ["that leads out of them", { bucket: "footage", key: "raw/../private/b.mp4" }, "key-refused"],
    ["that is not there", { bucket: "footage", key: "raw/none.mp4" }, "object-not-found"],
    [
      "in a bucket of other projects",
      { bucket: "others", key: "raw/2026/a.mp4" },
      "bucket-unknown",
    ],
    ["in a bucket that nobody has", { bucket: "nobodys", key: "raw/2026/a.mp4" }, "bucket-unknown"],
  ])("%s is refused", async (_what, input, code) => {
    const { status, body } = await submit(input);
    expect([status, body.code]).toEqual([422, code]);
  });

  it("that is gone when a worker comes ends the job with the reason", async () => {
    const object = { Bucket: "footage-of-acme", Key: "raw/short.mp4" };
    await s3.send(new PutObjectCommand({ ...object, Body: "short" }));
    const { body: job } = await submit<Job>({ bucket: "footage", key: object.Key });
    await s3.send(new PutObjectCommand({ ...object, Body: "" }));
    expect((await worker.claim(job.id)).status).toBe(409);
    expect(await client.job(job.id)).toMatchObject({
      state: "failed",
      error: { kind: "input", code: "object-not-found" },
    });
  });

  it("is found by its bucket at the limits of the project", async () => {
    const { body } = await client.send<JobLimits>("GET", "/v1/limits");
    expect(body.inputBuckets).toEqual([{ bucket: "footage", prefixes: ["raw/"] }]);
  });
});
