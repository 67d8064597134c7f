import { connect } from "amqplib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Job } from "@framewright/contracts/client-api.ts";
import { queueOf } from "@framewright/contracts/queue.ts";
import { startServices, type Services } from "../../../../support/services.ts";
import {
  clientOf,
  startApiUnderTest,
  until,
  type ApiUnderTest,
} from "../api-under-test.ts";
import { registerWorker, type WorkerUnderTest } from "../worker-under-test.ts";

let services: Services;
let api: ApiUnderTest;
let client: ReturnType<typeof clientOf>;
let worker: WorkerUnderTest;
let other: WorkerUnderTest;
let uploadId: string;

beforeAll(async () => {
  services = await startServices({ postgres: true, rabbitmq: true, redis: true, objectStore: true });
  api = await startApiUnderTest(services);
  await until("readiness", async () => (await fetch(`${api.opsUrl}/readyz`)).ok);
  client = clientOf(api);
  worker = await registerWorker(api, "worker-0");
  other = await registerWorker(api, "worker-1");
  uploadId = await client.upload();
});
afterAll(async () => {
  await api.stop();
  await services.stop();
});

const submit = (profile: "hls-720p" | "hls-2160p" = "hls-720p") =>
  client.submit({ uploadId, profile });

async function claimed(by: WorkerUnderTest = worker) {
  const job = await submit();
  const { status, body: lease } = await by.claim(job.id);
  expect(status).toBe(200);
  return lease;
}

interface JobFacts {
  readonly state: Job["state"];
  readonly attempt: number;
  readonly published_attempt: number | null;
  readonly failures: Record<string, number>;
}
async function facts(jobId: string): Promise<JobFacts> {
  const sql = "SELECT state, attempt, published_attempt, failures FROM jobs WHERE id = $1";
  const [row] = await api.query<JobFacts>(sql, [jobId]);
  if (!row) throw new Error(`no job ${jobId}`);
  return row;
}

async function eventTypes(jobId: string): Promise<string[]> {
  const sql = "SELECT type FROM events WHERE job_id = $1 ORDER BY id";
  return (await api.query<{ type: string }>(sql, [jobId])).map(({ type }) => type);
}

describe("a claim", () => {
  it("of one job by twenty callers at once succeeds once", async () => {
    const job = await submit();
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, i) => (i % 2 ? worker : other).claim(job.id)),
    );
    expect(answers.map(({ status }) => status).toSorted()).toEqual([
      200,
      ...Array.from({ length: 19 }, () => 409),
    ]);
    expect(await facts(job.id)).toMatchObject({ state: "running", attempt: 1 });
  });

  it("of any job by many workers gives each job once", async () => {
    const jobs = await Promise.all(Array.from({ length: 10 }, () => submit()));
    const answers = await Promise.all(Array.from({ length: 15 }, () => worker.claimAny()));
    const leases = answers.filter(({ status }) => status === 200).map(({ body }) => body.jobId);
    expect(new Set(leases).size).toBe(leases.length);
    expect(leases).toEqual(expect.arrayContaining(jobs.map(({ id }) => id)));
  });

  it("is refused for a class that the worker does not serve", async () => {
    const job = await submit("hls-2160p");
    expect((await worker.claim(job.id)).status).toBe(409);
    await client.send("POST", `/v1/jobs/${job.id}/cancel`);
  });

  it("takes high priority first", async () => {
    const normal = await submit();
    const high = await client.submit({ uploadId, profile: "hls-720p", priority: "high" });
    expect((await worker.claimAny()).body.jobId).toBe(high.id);
    expect((await worker.claimAny()).body.jobId).toBe(normal.id);
  });

  it("that waits gets a job soon after it is submitted", async () => {
    await until("an empty queue", async () => (await worker.claimAny()).status === 204);
    const waiting = worker.claimAny(10);
    await new Promise((resolve) => setTimeout(resolve, 300));
    const started = performance.now();
    const job = await submit();
    expect((await waiting).body.jobId).toBe(job.id);
    expect(performance.now() - started).toBeLessThan(1_500);
  });
});

describe("a lease", () => {
  it("that is renewed outlives its first end", async () => {
    const lease = await claimed();
    for (let i = 0; i < 4; i++) {
      await new Promise((resolve) => setTimeout(resolve, 800));
      expect((await worker.heartbeat(lease, i)).body).toEqual({ verdict: "continue" });
    }
    expect(await facts(lease.jobId)).toMatchObject({ state: "running", attempt: 1 });
  });

  it("that ran out goes to another attempt, and the old one changes nothing more", async () => {
    const old = await claimed();
    await worker.uploadAll(old);
    await until("the job waits again", async () => (await facts(old.jobId)).state === "queued");
    expect(await facts(old.jobId)).toMatchObject({ failures: { lost: 1 } });
    const { body: lease } = await other.claim(old.jobId);
    expect(lease.attempt).toBe(2);

    const before = await api.query("SELECT * FROM jobs WHERE id = $1", [old.jobId]);
    expect((await worker.heartbeat(old)).body).toEqual({ verdict: "lost" });
    expect((await worker.complete(old)).status).toBe(409);
    expect((await worker.fail(old, "input")).status).toBe(409);
    expect((await worker.release(old, "draining")).status).toBe(409);
    expect(await worker.uploadAll(old)).toBe(409);
    // Nor can the old worker speak for the new attempt.
    expect((await worker.complete(lease)).status).toBe(409);
    expect((await worker.heartbeat(lease)).body).toEqual({ verdict: "lost" });
    expect(await api.query("SELECT * FROM jobs WHERE id = $1", [old.jobId])).toEqual(before);

    await other.uploadAll(lease);
    expect((await other.complete(lease)).body).toEqual({ state: "succeeded" });
    expect((await worker.complete(old)).status).toBe(409);
    expect(await facts(old.jobId)).toMatchObject({ state: "succeeded", published_attempt: 2 });
    const outcomes = (await client.job(old.jobId)).attempts.map(({ outcome }) => outcome);
    expect(outcomes).toEqual(["lost", "succeeded"]);
  });

  it("runs by the database's clock", async () => {
    const lease = await claimed();
    const [row] = await api.query<{ seconds: number }>(
      `SELECT extract(epoch FROM lease_until - a.started_at)::float8 AS seconds
       FROM jobs j JOIN attempts a ON a.job_id = j.id WHERE j.id = $1`,
      [lease.jobId],
    );
    expect(row?.seconds).toBeCloseTo(2, 1);
  });
});

describe("a completion", () => {
  it("is refused while files are missing, and works once they are there", async () => {
    const lease = await claimed();
    const refused = await worker.complete(lease);
    expect(refused.status).toBe(422);
    expect(refused.body).toMatchObject({ code: "outputs-missing" });
    expect(JSON.stringify(refused.body)).toContain("720p/index.m3u8");
    await worker.uploadAll(lease);
    expect((await worker.complete(lease)).body).toEqual({ state: "succeeded" });
  });

  it("that is sent again, as after a lost answer, is answered the same and published once", async () => {
    const lease = await claimed();
    await worker.uploadAll(lease);
    const answers = await Promise.all([1, 2, 3, 4, 5].map(() => worker.complete(lease)));
    expect(answers.map(({ body }) => body)).toEqual(
      Array.from({ length: 5 }, () => ({ state: "succeeded" })),
    );
    expect((await worker.complete(lease)).body).toEqual({ state: "succeeded" });
    const types = await eventTypes(lease.jobId);
    expect(types).toEqual(["queued", "running", "succeeded"]);
  });

  it("and an error of the same attempt at once end it in one way", async () => {
    const lease = await claimed();
    await worker.uploadAll(lease);
    const [completed, failed] = await Promise.all([
      worker.complete(lease),
      worker.fail(lease, "input"),
    ]);
    expect([completed.status, failed.status].toSorted()).toEqual([200, 409]);
    const expected = completed.status === 200 ? "succeeded" : "failed";
    expect((await facts(lease.jobId)).state).toBe(expected);
  });
});

describe("an error", () => {
  it("of the input fails the job with its reason", async () => {
    const lease = await claimed();
    expect((await worker.fail(lease, "input", "no-video")).body).toEqual({ state: "failed" });
    expect((await worker.fail(lease, "input", "no-video")).body).toEqual({ state: "failed" });
    const job = await client.job(lease.jobId);
    expect(job.error).toMatchObject({ kind: "input", code: "no-video" });
    expect(job.attempts[0]).toMatchObject({ outcome: "failed", error: { code: "no-video" } });
  });

  it("that passes puts the job back for later", async () => {
    const lease = await claimed();
    expect((await worker.fail(lease, "transient")).body).toEqual({ state: "queued" });
    expect((await worker.claim(lease.jobId)).status).toBe(409);
    const [row] = await api.query<{ seconds: number }>(
      "SELECT extract(epoch FROM available_at - now())::float8 AS seconds FROM jobs WHERE id = $1",
      [lease.jobId],
    );
    expect(row?.seconds).toBeGreaterThan(1.5);
    expect(row?.seconds).toBeLessThan(5);
    const again = await until("its time", async () => {
      const answer = await worker.claim(lease.jobId);
      return answer.status === 200 && answer.body;
    });
    expect(again.attempt).toBe(2);
  });

  it("of ours is tried once more", async () => {
    const lease = await claimed();
    await worker.fail(lease, "defect");
    const again = await until("the retry", async () => {
      const answer = await worker.claim(lease.jobId);
      return answer.status === 200 && answer.body;
    });
    expect((await worker.fail(again, "defect")).body).toEqual({ state: "failed" });
  });

  it("a worker that drains hands its job back without a count", async () => {
    const lease = await claimed();
    expect((await worker.release(lease, "draining")).body).toEqual({ state: "queued" });
    expect(await facts(lease.jobId)).toMatchObject({ state: "queued", failures: {} });
    expect((await other.claim(lease.jobId)).body.attempt).toBe(2);
  });
});

describe("a cancel", () => {
  const cancel = (jobId: string) => client.send<Job>("POST", `/v1/jobs/${jobId}/cancel`);

  it("ends a waiting job at once, and its message finds nothing to claim", async () => {
    const job = await submit();
    const answer = await cancel(job.id);
    expect([answer.status, answer.body.state]).toEqual([202, "cancelled"]);
    expect((await worker.claim(job.id)).status).toBe(409);
    expect((await cancel(job.id)).status).toBe(202);
    expect(await eventTypes(job.id)).toEqual(["queued", "cancelled"]);
  });

  it("reaches a running job with its next heartbeat", async () => {
    const lease = await claimed();
    const answer = await cancel(lease.jobId);
    expect(answer.body).toMatchObject({ state: "running", cancelRequested: true });
    expect((await worker.heartbeat(lease)).body).toEqual({ verdict: "cancel" });
    expect((await worker.release(lease, "cancelled")).body).toEqual({ state: "cancelled" });
    const types = await eventTypes(lease.jobId);
    expect(types).toEqual(["queued", "running", "cancel-requested", "cancelled"]);
  });

  it("also ends a job whose worker keeps reporting but does not listen", async () => {
    const lease = await claimed();
    await cancel(lease.jobId);
    await until("the end of the lease", async () => {
      await worker.heartbeat(lease);
      return (await facts(lease.jobId)).state === "cancelled";
    });
  });

  it("outranks an error and a result that come after it", async () => {
    const failing = await claimed();
    await cancel(failing.jobId);
    expect((await worker.fail(failing, "transient")).body).toEqual({ state: "cancelled" });
    const done = await claimed();
    await worker.uploadAll(done);
    await cancel(done.jobId);
    expect((await worker.complete(done)).body).toEqual({ state: "cancelled" });
    expect(await client.job(done.jobId)).not.toHaveProperty("playbackUrl");
  });

  it("of a job that has ended is refused", async () => {
    const lease = await claimed();
    await worker.fail(lease, "input");
    const answer = await cancel(lease.jobId);
    expect(answer.status).toBe(409);
    expect(answer.body).toMatchObject({ code: "job-already-finished" });
  });

  it("at any moment leaves one end, the one that both sides were told", async () => {
    const ends: string[] = [];
    for (let i = 0; i < 20; i++) {
      const lease = await claimed();
      await worker.uploadAll(lease);
      const [completed, cancelled] = await Promise.all([
        worker.complete(lease),
        new Promise((resolve) => setTimeout(resolve, Math.random() * 25)).then(() =>
          cancel(lease.jobId),
        ),
      ]);
      const { state } = await facts(lease.jobId);
      expect(completed.body).toEqual({ state });
      expect(cancelled.status).toBe(state === "cancelled" ? 202 : 409);
      const types = await eventTypes(lease.jobId);
      expect(types.filter((type) => type === "succeeded" || type === "cancelled")).toEqual([state]);
      ends.push(state);
    }
    expect(ends).toHaveLength(20);
  });
});

describe("messages", () => {
  async function drain(jobClass: "cpu.2160p", count: number) {
    const connection = await connect(services.amqpUrl);
    const channel = await connection.createChannel();
    const messages: { body: unknown; priority: unknown; persistent: boolean }[] = [];
    await until(`${count} messages`, async () => {
      const message = await channel.get(queueOf(jobClass), { noAck: true });
      if (message) {
        const body: unknown = JSON.parse(message.content.toString());
        const { priority, deliveryMode } = message.properties;
        messages.push({ body, priority, persistent: deliveryMode === 2 });
      }
      return messages.length >= count;
    });
    await connection.close();
    return messages;
  }

  it("carry only the job's id, are kept on disk, and high priority overtakes", async () => {
    await api.query("DELETE FROM outbox WHERE class = 'cpu.2160p'");
    const first = await client.submit({ uploadId, profile: "hls-2160p" });
    const high = await client.submit({ uploadId, profile: "hls-2160p", priority: "high" });
    await until("confirms", async () => {
      const rows = await api.query("SELECT 1 FROM outbox WHERE published_at IS NULL");
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
    expect((await worker.claim(high.id)).status).toBe(409);
  });

  it("leave the outbox with the claim", async () => {
    const lease = await claimed();
    expect(await api.query("SELECT 1 FROM outbox WHERE job_id = $1", [lease.jobId])).toEqual([]);
  });
});

it("the list of workers shows who works on what", async () => {
  const lease = await claimed(other);
  const answer = await fetch(`${api.workerUrl}/api/workers`, {
    headers: { "x-admin-secret": "admin-secret-of-the-tests" },
  });
  const { workers } = (await answer.json()) as { workers: { name: string; currentJobs: string[] }[] };
  expect(workers.map(({ name }) => name).toSorted()).toEqual(["worker-0", "worker-1"]);
  const busy = workers.find(({ name }) => name === "worker-1");
  expect(busy?.currentJobs).toContain(lease.jobId);
});

it("a worker that registers again gets a new key, and the old one ends", async () => {
  const before = await registerWorker(api, "worker-2");
  const after = await registerWorker(api, "worker-2");
  expect(after.id).toBe(before.id);
  expect((await after.claimAny()).status).toBeLessThan(300);
  await until("the old key's end", async () => (await before.claimAny()).status === 401, 6_000);
});
