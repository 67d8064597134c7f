import { rmSync } from "node:fs";
import { join } from "node:path";
import { connect } from "amqplib";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Job } from "@framewright/contracts/client-api.ts";
import { queueOf } from "@framewright/contracts/queue.ts";
import { newId } from "../../api/ids.ts";
import { readJobId } from "../../worker/src/agent/amqp-session.ts";
import { query, until } from "./api-under-test.ts";
import { startEngine, type EngineUnderTest } from "./engine-under-test.ts";
import { openEvents } from "./event-reader.ts";
import { startConsumer } from "./consumer-under-test.ts";

// Every fault happens to this process's own API: an unhandled error would fail the whole run.
let engine: EngineUnderTest;
beforeAll(async () => {
  const all = { postgres: true, rabbitmq: true, redis: true, objectStore: true } as const;
  engine = await startEngine(all, { LEASE_SECONDS: "10", HEARTBEAT_SECONDS: "1" });
});
afterAll(() => engine.stop());

const stateOf = async (jobId: string) => (await engine.facts(jobId)).state;

async function allSucceed(jobIds: readonly string[], timeoutMs: number) {
  const sql = "SELECT count(*)::int AS left FROM jobs WHERE id = ANY($1) AND state <> 'succeeded'";
  await until(
    `${jobIds.length} successes`,
    async () => (await engine.api.query<{ left: number }>(sql, [jobIds]))[0]?.left === 0,
    timeoutMs,
  );
  const published = await engine.api.query(
    "SELECT 1 FROM attempts WHERE job_id = ANY($1) AND outcome = 'succeeded'",
    [jobIds],
  );
  expect(published).toHaveLength(jobIds.length);
}

/** Submits until it is accepted; the key makes the repeats harmless. */
async function submitStubbornly(): Promise<string> {
  const key = { "idempotency-key": newId() };
  const body = { uploadId: engine.uploadId, profile: "hls-720p" } as const;
  return until("acceptance", async () => {
    const answer = await engine.client.send<Job>("POST", "/v1/jobs", body, key);
    expect([202, 503]).toContain(answer.status);
    return answer.status === 202 && answer.body.id;
  });
}

/** The job that the next message of the queue names; takes the message. */
async function nextInQueue(): Promise<string> {
  const connection = await connect(engine.services.amqpUrl);
  const message = await until("a message", async () => {
    const channel = await connection.createChannel();
    // The queue is made with its first message; a question before that closes the channel, and is asked again.
    channel.on("error", () => undefined);
    const got = await channel.get(queueOf("cpu.720p"), { noAck: true });
    await channel.close();
    return got;
  });
  await connection.close();
  return readJobId(message.content) ?? "";
}

describe("a worker", () => {
  it("may fall silent: its job goes before those that came later", async () => {
    const lost = await engine.claimed();
    await nextInQueue();
    const later = await Promise.all(Array.from({ length: 5 }, () => engine.submit()));
    await until("its loss", async () => (await stateOf(lost.jobId)) === "queued");
    await until("the messages", async () => {
      const rows = await engine.api.query("SELECT 1 FROM outbox WHERE published_at IS NULL");
      return rows.length === 0;
    });
    expect(await nextInQueue()).toBe(lost.jobId);
    for (const id of [lost.jobId, ...later.map((job) => job.id)]) {
      await engine.client.send("POST", `/v1/jobs/${id}/cancel`);
    }
    for (let left = later.length; left > 0; left -= 1) await nextInQueue();
  });
});

describe("the broker", () => {
  it("may be away: jobs are taken, and their messages follow when it is back", async () => {
    await engine.services.kill("rabbitmq");
    const jobs = await Promise.all(Array.from({ length: 10 }, () => engine.submit()));
    await until("a report of it", async () => {
      const ready = await fetch(`${engine.api.opsUrl}/readyz`);
      expect(ready.status).toBe(200);
      const broker = { ok: false, required: false };
      expect(await ready.json()).toMatchObject({ checks: { broker } });
      return true;
    });
    await engine.services.restart("rabbitmq");
    const consumer = await startConsumer(engine);
    await allSucceed(
      jobs.map(({ id }) => id),
      60_000,
    );
    await consumer.stop();
  });

  it("may restart in the middle of many jobs, and each is published once", async () => {
    const consumer = await startConsumer(engine);
    const jobs: string[] = [];
    const submitting = (async () => {
      for (let i = 0; i < 30; i++) {
        jobs.push(await submitStubbornly());
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
    })();
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    await engine.services.restart("rabbitmq");
    await submitting;
    await allSucceed(jobs, 60_000);
    await consumer.stop();
  });

  it("may lose its disk: the queues are made and filled again", async () => {
    const jobs = await Promise.all(Array.from({ length: 10 }, () => engine.submit()));
    await until("confirms", async () => {
      const rows = await engine.api.query("SELECT 1 FROM outbox WHERE published_at IS NULL");
      return rows.length === 0;
    });
    await engine.services.wipe("rabbitmq");
    const consumer = await startConsumer(engine);
    await allSucceed(
      jobs.map(({ id }) => id),
      90_000,
    );
    await consumer.stop();
  });

  it("may have a queue emptied, which a worker's rights allow: the jobs are announced again", async () => {
    const jobs = await Promise.all(Array.from({ length: 10 }, () => engine.submit()));
    const connection = await connect(engine.services.amqpUrl);
    const channel = await connection.createChannel();
    const { messageCount } = await until("the messages", async () => {
      const queue = await channel.checkQueue(queueOf("cpu.720p"));
      return queue.messageCount >= jobs.length && queue;
    });
    const purged = await channel.purgeQueue(queueOf("cpu.720p"));
    expect(purged.messageCount).toBe(messageCount);
    const purgedAt = performance.now();
    const consumer = await startConsumer(engine);
    await allSucceed(
      jobs.map(({ id }) => id),
      90_000,
    );
    console.log(
      `announced and done ${((performance.now() - purgedAt) / 1000).toFixed(1)} s after the purge`,
    );
    await consumer.stop();
    await connection.close();
  });

  it("may have been killed while it declared its queues: each has a leader afterwards", async () => {
    await engine.services.kill("rabbitmq");
    // What is left then: the queues' names, without their logs.
    const node = join(engine.services.dataOf("rabbitmq"), "mnesia/rabbit@localhost");
    rmSync(join(node, "quorum"), { recursive: true });
    await engine.services.restart("rabbitmq");
    const consumer = await startConsumer(engine);
    const { id } = await engine.submit();
    await allSucceed([id], 60_000);
    await consumer.stop();
  });

  it("may lose one queue: the message comes back, and the queue is made again", async () => {
    const connection = await connect(engine.services.amqpUrl);
    const channel = await connection.createChannel();
    await channel.deleteQueue(queueOf("cpu.720p"));
    const job = await engine.submit();
    await until("the message", async () => {
      const check = await connection.createChannel();
      check.on("error", () => undefined);
      const { messageCount } = await check.checkQueue(queueOf("cpu.720p"));
      return messageCount === 1;
    });
    await connection.close();
    const { body: lease } = await engine.worker.claim(job.id);
    await engine.worker.fail(lease, "input");
  });

  it("may close our connection by force", async () => {
    const url = new URL(engine.services.amqpManagementUrl);
    const authorization = `Basic ${btoa(`${url.username}:${url.password}`)}`;
    const ask = (path: string, method = "GET") =>
      fetch(`${url.origin}/api/connections${path}`, { method, headers: { authorization } });
    await until("a closed connection", async () => {
      const list = (await (await ask("")).json()) as { name: string }[];
      for (const { name } of list) await ask(`/${encodeURIComponent(name)}`, "DELETE");
      return list.length > 0;
    });
    const job = await engine.submit();
    const sql = "SELECT 1 FROM outbox WHERE job_id = $1 AND published_at IS NOT NULL";
    await until("its message", async () => (await engine.api.query(sql, [job.id])).length === 1);
    await engine.client.send("POST", `/v1/jobs/${job.id}/cancel`);
  });
});

describe("the database", () => {
  const terminate = () =>
    query(
      engine.services.databaseUrl,
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE application_name = 'framewright-api'`,
    );

  it("may end all our sessions again and again: nothing accepted is lost or done twice", async () => {
    const consumer = await startConsumer(engine);
    const jobs: string[] = [];
    const end = Date.now() + 6_000;
    const terminating = (async () => {
      while (Date.now() < end) {
        await terminate();
        await new Promise((resolve) => setTimeout(resolve, 400));
      }
    })();
    while (Date.now() < end) jobs.push(await submitStubbornly());
    await terminating;
    expect(jobs.length).toBeGreaterThan(3);
    expect(new Set(jobs).size).toBe(jobs.length);
    await allSucceed(jobs, 90_000);
    await consumer.stop();
  });

  it("may restart: 503 with Retry-After at once, and service again within 5 s of its return", async () => {
    const lease = await engine.claimed();
    await engine.services.kill("postgres");
    const started = performance.now();
    const answer = await engine.client.send("GET", "/v1/jobs");
    expect(performance.now() - started).toBeLessThan(3_000);
    expect([answer.status, answer.body]).toMatchObject([503, { code: "unavailable" }]);
    expect(answer.headers.get("retry-after")).toBe("1");
    expect((await fetch(`${engine.api.opsUrl}/readyz`)).status).toBe(503);
    expect((await fetch(`${engine.api.opsUrl}/healthz`)).status).toBe(200);
    await engine.services.restart("postgres");
    const back = performance.now();
    await until(
      "service",
      async () => (await engine.client.send("GET", "/v1/jobs")).status === 200,
    );
    expect(performance.now() - back).toBeLessThan(5_000);
    // The worker went on working and is not punished for the outage.
    expect((await engine.worker.heartbeat(lease)).body).toEqual({ verdict: "continue" });
    await engine.worker.uploadAll(lease);
    expect((await engine.worker.complete(lease)).body).toEqual({ state: "succeeded" });
  });

  it("may keep every connection waiting: 503 soon, readiness red, and the process healthy", async () => {
    const holder = new pg.Client(engine.api.databaseUrl);
    await holder.connect();
    await holder.query("BEGIN");
    await holder.query("LOCK TABLE jobs IN ACCESS EXCLUSIVE MODE");
    const asked = Array.from({ length: 20 }, () => engine.client.send("GET", "/v1/jobs"));
    await until(
      "red readiness",
      async () => (await fetch(`${engine.api.opsUrl}/readyz`)).status === 503,
    );
    expect((await fetch(`${engine.api.opsUrl}/healthz`)).status).toBe(200);
    const statuses = (await Promise.all(asked)).map(({ status }) => status);
    expect(new Set(statuses)).toEqual(new Set([503]));
    await holder.end();
    await until(
      "service",
      async () => (await engine.client.send("GET", "/v1/jobs")).status === 200,
    );
  });
});

describe("redis", () => {
  it("may be away: requests are not refused, and events still arrive", async () => {
    await engine.services.kill("redis");
    const job = await engine.submit();
    const reader = await openEvents(engine.api.url, engine.api.key, job.id);
    const { body: lease } = await engine.worker.claim(job.id);
    await engine.worker.uploadAll(lease);
    await engine.worker.complete(lease);
    const events = await reader.toEnd();
    expect(events.at(-1)?.data["type"]).toBe("succeeded");
    expect((await fetch(`${engine.api.opsUrl}/readyz`)).status).toBe(200);
    await engine.services.restart("redis");
    await until("redis again", async () => {
      const report = await (await fetch(`${engine.api.opsUrl}/readyz`)).json();
      return (report as { checks: { redis: { ok: boolean } } }).checks.redis.ok;
    });
  });
});

describe("the object store", () => {
  it("may be away: what needs it is answered 503, and nothing half-done is left", async () => {
    const lease = await engine.claimed();
    await engine.worker.uploadAll(lease);
    await engine.services.kill("objectStore");
    const body = { uploadId: engine.uploadId, profile: "hls-720p" };
    const before = await engine.api.query("SELECT id FROM jobs");
    expect((await engine.client.send("POST", "/v1/jobs", body)).status).toBe(503);
    expect(await engine.api.query("SELECT id FROM jobs")).toHaveLength(before.length);
    expect((await engine.worker.complete(lease)).status).toBe(503);
    expect(await stateOf(lease.jobId)).toBe("running");
    await engine.services.restart("objectStore");
    expect((await engine.worker.complete(lease)).body).toEqual({ state: "succeeded" });
  });
});
