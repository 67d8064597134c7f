import { connect } from "amqplib";
import { Value } from "typebox/value";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { queueOf } from "@framewright/contracts/queue.ts";
import { WorkerList } from "@framewright/contracts/worker-admin.ts";
import { adminSecret, sampleResult, until } from "../api-under-test.ts";
import { startEngine, type EngineUnderTest } from "../engine-under-test.ts";

let engine: EngineUnderTest;
beforeAll(async () => {
  engine = await startEngine({ postgres: true, rabbitmq: true, redis: true, objectStore: true });
});
afterAll(() => engine.stop());

describe("a claim", () => {
  it("of one job by twenty callers at once succeeds once", async () => {
    const job = await engine.submit();
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, i) => (i % 2 ? engine.worker : engine.other).claim(job.id)),
    );
    expect(answers.map(({ status }) => status).toSorted()).toEqual([
      200,
      ...Array.from({ length: 19 }, () => 409),
    ]);
    expect(await engine.facts(job.id)).toMatchObject({ state: "running", attempt: 1 });
  });

  it("of any job by many workers gives each job once", async () => {
    const jobs = await Promise.all(Array.from({ length: 10 }, () => engine.submit()));
    const answers = await Promise.all(Array.from({ length: 15 }, () => engine.worker.claimAny()));
    const leases = answers.filter(({ status }) => status === 200).map(({ body }) => body.jobId);
    expect(new Set(leases).size).toBe(leases.length);
    expect(leases).toEqual(expect.arrayContaining(jobs.map(({ id }) => id)));
  });

  it("is refused for a class that the worker does not serve", async () => {
    const job = await engine.submit("hls-2160p");
    expect((await engine.worker.claim(job.id)).status).toBe(409);
    await engine.client.send("POST", `/v1/jobs/${job.id}/cancel`);
  });

  it("takes high priority first", async () => {
    const normal = await engine.submit();
    const high = await engine.client.submit({
      uploadId: engine.uploadId,
      profile: "hls-720p",
      priority: "high",
    });
    expect((await engine.worker.claimAny()).body.jobId).toBe(high.id);
    expect((await engine.worker.claimAny()).body.jobId).toBe(normal.id);
  });

  it("that waits gets a job soon after it is submitted", async () => {
    await until("an empty queue", async () => (await engine.worker.claimAny()).status === 204);
    const waiting = engine.worker.claimAny(10);
    await new Promise((resolve) => setTimeout(resolve, 300));
    const started = performance.now();
    const job = await engine.submit();
    expect((await waiting).body.jobId).toBe(job.id);
    expect(performance.now() - started).toBeLessThan(1_900);
  });
});

describe("a lease", () => {
  it("that is renewed outlives its first end", async () => {
    const lease = await engine.claimed();
    for (let i = 0; i < 7; i++) {
      await new Promise((resolve) => setTimeout(resolve, 800));
      expect((await engine.worker.heartbeat(lease, i)).body).toEqual({ verdict: "continue" });
    }
    expect(await engine.facts(lease.jobId)).toMatchObject({ state: "running", attempt: 1 });
  });

  it("that ran out goes to another attempt, and the old one changes nothing more", async () => {
    const old = await engine.claimed();
    await engine.worker.uploadAll(old);
    await until(
      "the job waits again",
      async () => (await engine.facts(old.jobId)).state === "queued",
    );
    expect(await engine.facts(old.jobId)).toMatchObject({ failures: { lost: 1 } });
    const { body: lease } = await engine.other.claim(old.jobId);
    expect(lease.attempt).toBe(2);

    const before = await engine.api.query("SELECT * FROM jobs WHERE id = $1", [old.jobId]);
    expect((await engine.worker.heartbeat(old)).body).toEqual({ verdict: "lost" });
    expect((await engine.worker.complete(old)).status).toBe(409);
    expect((await engine.worker.fail(old, "input")).status).toBe(409);
    expect((await engine.worker.release(old, "draining")).status).toBe(409);
    expect(await engine.worker.uploadAll(old)).toBe(409);
    // Nor can the old worker speak for the new attempt.
    expect((await engine.worker.complete(lease)).status).toBe(409);
    expect((await engine.worker.heartbeat(lease)).body).toEqual({ verdict: "lost" });
    expect(await engine.api.query("SELECT * FROM jobs WHERE id = $1", [old.jobId])).toEqual(before);

    await engine.other.uploadAll(lease);
    expect((await engine.other.complete(lease)).body).toEqual({ state: "succeeded" });
    expect((await engine.worker.complete(old)).status).toBe(409);
    expect(await engine.facts(old.jobId)).toMatchObject({
      state: "succeeded",
      published_attempt: 2,
    });
    const outcomes = (await engine.client.job(old.jobId)).attempts.map(({ outcome }) => outcome);
    expect(outcomes).toEqual(["lost", "succeeded"]);
  });

  it("runs by the database's clock", async () => {
    const lease = await engine.claimed();
    const [row] = await engine.api.query<{ seconds: number }>(
      `SELECT extract(epoch FROM lease_until - a.started_at)::float8 AS seconds
       FROM jobs j JOIN attempts a ON a.job_id = j.id WHERE j.id = $1`,
      [lease.jobId],
    );
    expect(row?.seconds).toBeCloseTo(4, 1);
  });
});

describe("a completion", () => {
  it("of files that are not there fails the attempt as a defect, and publishes nothing", async () => {
    const lease = await engine.claimed();
    const refused = await engine.worker.complete(lease);
    expect([refused.status, refused.body]).toMatchObject([422, { code: "result-refused" }]);
    const facts = await engine.facts(lease.jobId);
    expect(facts).toMatchObject({
      state: "queued",
      published_attempt: null,
      failures: { defect: 1 },
    });
    const [attempt] = (await engine.client.job(lease.jobId)).attempts;
    expect(attempt?.error).toMatchObject({ kind: "defect", code: "result-invalid" });
    expect(attempt?.error?.message).toContain("720p/index.m3u8 is missing");
    expect((await engine.worker.complete(lease)).status).toBe(409);
  });

  it("with a playlist of five bytes publishes nothing", async () => {
    const lease = await engine.claimed();
    expect(await engine.worker.uploadAll(lease, { "720p/index.m3u8": "hello" })).toBe(200);
    const refused = await engine.worker.complete(lease);
    expect([refused.status, refused.body]).toMatchObject([422, { code: "result-refused" }]);
    expect((await engine.client.job(lease.jobId)).playbackUrl).toBeUndefined();
  });

  it("that is sent again, as after a lost answer, is answered the same and published once", async () => {
    const lease = await engine.claimed();
    await engine.worker.uploadAll(lease);
    const answers = await Promise.all([1, 2, 3, 4, 5].map(() => engine.worker.complete(lease)));
    expect(answers.map(({ body }) => body)).toEqual(
      Array.from({ length: 5 }, () => ({ state: "succeeded" })),
    );
    expect((await engine.worker.complete(lease)).body).toEqual({ state: "succeeded" });
    const types = await engine.eventTypes(lease.jobId);
    expect(types).toEqual(["queued", "running", "succeeded"]);
  });

  it("and an error of the same attempt at once end it in one way", async () => {
    const lease = await engine.claimed();
    await engine.worker.uploadAll(lease);
    const [completed, failed] = await Promise.all([
      engine.worker.complete(lease),
      engine.worker.fail(lease, "input"),
    ]);
    expect([completed.status, failed.status].toSorted()).toEqual([200, 409]);
    const expected = completed.status === 200 ? "succeeded" : "failed";
    expect((await engine.facts(lease.jobId)).state).toBe(expected);
  });
});

describe("an error", () => {
  it("of the input fails the job with its reason", async () => {
    const lease = await engine.claimed();
    expect((await engine.worker.fail(lease, "input", "no-video")).body).toEqual({
      state: "failed",
    });
    expect((await engine.worker.fail(lease, "input", "no-video")).body).toEqual({
      state: "failed",
    });
    const job = await engine.client.job(lease.jobId);
    expect(job.error).toMatchObject({ kind: "input", code: "no-video" });
    expect(job.attempts[0]).toMatchObject({ outcome: "failed", error: { code: "no-video" } });
  });

  it("leaves the job with what was found in its source, and the error without it", async () => {
    const { source } = sampleResult();
    const lease = await engine.claimed();
    await engine.worker.fail(lease, "input", "no-video", source);
    const job = await engine.client.job(lease.jobId);
    const error = { kind: "input", code: "no-video", message: "it did not work" };
    expect(job).toMatchObject({ source, error, attempts: [{ error }] });
    expect([job.error, job.attempts[0]?.error]).toEqual([error, error]);
  });

  it("that passes puts the job back for later", async () => {
    const lease = await engine.claimed();
    expect((await engine.worker.fail(lease, "transient")).body).toEqual({ state: "queued" });
    expect((await engine.worker.claim(lease.jobId)).status).toBe(409);
    const [row] = await engine.api.query<{ seconds: number }>(
      "SELECT extract(epoch FROM available_at - now())::float8 AS seconds FROM jobs WHERE id = $1",
      [lease.jobId],
    );
    expect(row?.seconds).toBeGreaterThan(0.5);
    expect(row?.seconds).toBeLessThan(5);
    const again = await until("its time", async () => {
      const answer = await engine.worker.claim(lease.jobId);
      return answer.status === 200 && answer.body;
    });
    expect(again.attempt).toBe(2);
  });

  it("of ours is tried once more", async () => {
    const lease = await engine.claimed();
    await engine.worker.fail(lease, "defect");
    const again = await until("the retry", async () => {
      const answer = await engine.worker.claim(lease.jobId);
      return answer.status === 200 && answer.body;
    });
    expect((await engine.worker.fail(again, "defect")).body).toEqual({ state: "failed" });
  });

  it("a worker that drains hands its job back without a count", async () => {
    const lease = await engine.claimed();
    expect((await engine.worker.release(lease, "draining")).body).toEqual({ state: "queued" });
    expect(await engine.facts(lease.jobId)).toMatchObject({ state: "queued", failures: {} });
    expect((await engine.other.claim(lease.jobId)).body.attempt).toBe(2);
  });
});

describe("messages", () => {
  async function drain(jobClass: "cpu.2160p", count: number) {
    const connection = await connect(engine.services.amqpUrl);
    const channel = await connection.createChannel();
    const messages: { body: unknown; priority: unknown; persistent: boolean }[] = [];
    await until(`${count} messages`, async () => {
      const message = await channel.get(queueOf(jobClass), { noAck: true });
      if (message) {
        const body: unknown = JSON.parse(message.content.toString());
        const priority: unknown = message.properties.priority;
        messages.push({ body, priority, persistent: message.properties.deliveryMode === 2 });
      }
      return messages.length >= count;
    });
    await connection.close();
    return messages;
  }

  it("carry only the job's id, are kept on disk, and high priority overtakes", async () => {
    await engine.api.query("DELETE FROM outbox WHERE class = 'cpu.2160p'");
    const first = await engine.client.submit({ uploadId: engine.uploadId, profile: "hls-2160p" });
    const high = await engine.client.submit({
      uploadId: engine.uploadId,
      profile: "hls-2160p",
      priority: "high",
    });
    await until("confirms", async () => {
      const rows = await engine.api.query("SELECT 1 FROM outbox WHERE published_at IS NULL");
      return rows.length === 0;
    });
    // Of a test above, whose job was cancelled: its message is still there.
    const messages = await drain("cpu.2160p", 3);
    expect(messages[0]).toEqual({
      body: { v: 1, jobId: high.id },
      priority: 8,
      persistent: true,
    });
    expect(messages.map(({ body }) => body)).toContainEqual({ v: 1, jobId: first.id });
    expect((await engine.worker.claim(high.id)).status).toBe(409);
  });

  it("leave the outbox with the claim", async () => {
    const lease = await engine.claimed();
    expect(await engine.api.query("SELECT 1 FROM outbox WHERE job_id = $1", [lease.jobId])).toEqual(
      [],
    );
  });
});

it("the list of workers shows who works on what", async () => {
  const lease = await engine.claimed(engine.other);
  const answer = await fetch(`${engine.api.workerUrl}/v1/workers`, {
    headers: { "x-admin-secret": adminSecret },
  });
  const { workers } = Value.Parse(WorkerList, await answer.json());
  expect(workers.map(({ name }) => name).toSorted()).toEqual(["worker-0", "worker-1"]);
  const busy = workers.find(({ name }) => name === "worker-1");
  expect(busy?.currentJobs).toContain(lease.jobId);
});
