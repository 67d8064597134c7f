import { afterAll, beforeAll, expect, it } from "vitest";
import type { CreateJob, Job, JobList } from "@framewright/contracts/client-api.ts";
import { until } from "../api-under-test.ts";
import { startEngine, type EngineUnderTest } from "../engine-under-test.ts";
import { registerWorker } from "../worker-under-test.ts";

let engine: EngineUnderTest;
beforeAll(async () => {
  engine = await startEngine(
    { postgres: true, objectStore: true },
    { LEASE_SECONDS: "120", URL_INPUTS: "on" },
  );
});
afterAll(() => engine.stop());

function submit(change: Partial<CreateJob>): Promise<Job> {
  const { uploadId } = engine;
  return engine.client.submit({ input: { uploadId }, profile: "hls-720p", ...change });
}

async function shown(jobId: string): Promise<Job> {
  return (await engine.client.send<Job>("GET", `/v1/jobs/${jobId}`)).body;
}

async function listed(query: string): Promise<string[]> {
  const { body } = await engine.client.send<JobList>("GET", `/v1/jobs?${query}`);
  return body.jobs.map(({ id }) => id);
}

const secondsAhead = (seconds: number) => new Date(Date.now() + seconds * 1000).toISOString();

it("jobs are found by their metadata, whatever else they have", async () => {
  const one = await submit({ metadata: { customer: "42", note: 'ü "quoted" \\ a:b\n' } });
  const two = await submit({ metadata: { customer: "42" } });
  await submit({ metadata: { customer: "420" } });
  expect(one).toMatchObject({ kind: "transcode", input: { uploadId: engine.uploadId } });
  expect((await shown(one.id)).metadata).toEqual(one.metadata);
  const note = encodeURIComponent(`note:${one.metadata["note"] ?? ""}`);
  expect(await listed("metadata=customer:42")).toEqual([two.id, one.id]);
  expect(await listed(`metadata=customer:42&metadata=${note}`)).toEqual([one.id]);
  expect(await listed("metadata=customer:42&state=failed")).toEqual([]);
  expect(await listed("metadata=customer:42&metadata=customer:420")).toEqual([]);
});

it("a job that works on a URL waits for a worker that fetches", async () => {
  const url = "https://media.example/film.mp4?signature=secret";
  const job = await submit({ input: { url } });
  expect(job.input).toEqual({ url: "https://media.example/film.mp4" });
  // Its message may lead a worker that does not fetch to another job of the class.
  expect((await engine.worker.claim(job.id)).body).not.toMatchObject({ jobId: job.id });
  expect(await shown(job.id)).toMatchObject({ state: "queued" });
  const fetching = await registerWorker(engine.api, "fetching", { inputs: ["upload", "url"] });
  const { status, body: lease } = await fetching.claim(job.id);
  expect([status, lease.jobId, lease.source]).toEqual([200, job.id, { externalUrl: url }]);
  expect((await fetching.uploadAll(lease), await fetching.complete(lease)).body).toEqual({
    state: "succeeded",
  });
  expect(await shown(job.id)).toMatchObject({ state: "succeeded", input: job.input });
  expect(JSON.stringify(engine.api.log)).not.toContain("signature=secret");
});

it("a job that needs a feature waits for a worker that has it, also at a replica of the version before", async () => {
  const job = await submit({});
  await engine.api.query("UPDATE jobs SET needs = '{juggling}' WHERE id = $1", [job.id]);
  expect((await engine.worker.claim(job.id)).body).not.toMatchObject({ jobId: job.id });
  const old = "UPDATE jobs SET state = 'running', lease_owner = $2 WHERE id = $1 RETURNING id";
  expect(await engine.api.query(old, [job.id, engine.worker.id])).toEqual([]);
  expect(await shown(job.id)).toMatchObject({ state: "queued" });
  const able = await registerWorker(engine.api, "able", { features: ["juggling", "singing"] });
  const { status, body: lease } = await able.claim(job.id);
  expect([status, lease.jobId]).toEqual([200, job.id]);
});

it("a clip waits for a worker that knows clips, whose lease has it", async () => {
  const edit = { clip: { start: 1.5, end: 4 } };
  const job = await submit({ edit });
  expect(job.edit).toEqual(edit);
  expect((await engine.worker.claim(job.id)).body).not.toMatchObject({ jobId: job.id });
  const able = await registerWorker(engine.api, "cutter", { features: ["clip"] });
  expect((await able.claim(job.id)).body).toMatchObject({ jobId: job.id, edit });
});

it("an overlay's upload is there for its worker, and cannot be deleted while a job needs it", async () => {
  const uploadId = await engine.client.upload();
  const overlay = { input: { uploadId }, position: "top-left", width: 0.2 } as const;
  const job = await submit({ edit: { overlay } });
  expect(job.edit).toMatchObject({ overlay });
  const refused = await engine.client.send<{ code: string }>("DELETE", `/v1/uploads/${uploadId}`);
  expect([refused.status, refused.body.code]).toEqual([409, "upload-in-use"]);
  const able = await registerWorker(engine.api, "drawer", { features: ["overlay"] });
  const { body: lease } = await able.claim(job.id);
  const source = lease.edit?.overlay?.source;
  expect(source).toMatchObject({ url: expect.stringContaining(uploadId) as string });
  const stored = await fetch(source && "url" in source ? source.url : "");
  expect([stored.status, (await stored.arrayBuffer()).byteLength]).toEqual([
    200,
    source && "sizeBytes" in source ? source.sizeBytes : 0,
  ]);
});

it("a URL that no worker may fetch is refused at once", async () => {
  const body = { profile: "hls-720p", input: { url: "https://[::ffff:10.0.0.1]/" } };
  const answer = await engine.client.send<{ code: string }>("POST", "/v1/jobs", body);
  expect([answer.status, answer.body.code]).toEqual([422, "url-refused"]);
});

it("a queued job fails at its deadline, and no worker gets it", async () => {
  const job = await submit({ deadline: secondsAhead(1) });
  await until("the deadline", () => Date.now() > Date.parse(job.deadline ?? ""));
  expect((await engine.worker.claim(job.id)).status).toBe(409);
  const failed = await until("the end", async () => {
    const now = await shown(job.id);
    return now.state === "failed" && now;
  });
  expect(failed.error).toMatchObject({ kind: "transient", code: "deadline-exceeded" });
  expect(failed.attempts).toEqual([]);
  expect(await engine.eventTypes(job.id)).toEqual(["queued", "failed"]);
});

it("a running job goes on after its deadline, but gets no further attempt", async () => {
  const job = await submit({ deadline: secondsAhead(1) });
  const { body: lease } = await engine.worker.claim(job.id);
  expect(lease.kind).toBe("transcode");
  await until("the deadline", () => Date.now() > Date.parse(job.deadline ?? "") + 1500);
  expect((await engine.worker.heartbeat(lease)).body).toEqual({ verdict: "continue" });
  expect((await shown(job.id)).state).toBe("running");
  await engine.worker.release(lease, "draining");
  const failed = await until("the end", async () => {
    const now = await shown(job.id);
    return now.state === "failed" && now;
  });
  expect(failed.error?.message).toContain("passed before another attempt began");
  expect(failed.attempts.map(({ outcome }) => outcome)).toEqual(["released"]);
});

it("a job of an API of the version before has the kind that there was", async () => {
  const [row] = await engine.api.query<{ id: string }>(
    `INSERT INTO jobs (id, project_id, upload_id, profile, priority, class, request_id)
     SELECT gen_random_uuid(), project_id, id, 'hls-720p', 'normal', 'cpu.720p', 'r' FROM uploads
     RETURNING id`,
  );
  const { status, body: lease } = await engine.worker.claim(row?.id ?? "");
  expect([status, lease.kind]).toEqual([200, "transcode"]);
  expect(await shown(lease.jobId)).toMatchObject({ kind: "transcode", metadata: {} });
});
