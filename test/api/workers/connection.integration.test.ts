import { request, type ClientRequest } from "node:http";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { until } from "../api-under-test.ts";
import { startEngine, type EngineUnderTest } from "../engine-under-test.ts";
import { registerWorker, type WorkerUnderTest } from "../worker-under-test.ts";

let engine: EngineUnderTest;
beforeAll(async () => {
  // No lease runs out and no sweeper helps in this time.
  engine = await startEngine({ postgres: true, objectStore: true }, { LEASE_SECONDS: "120" });
});
afterAll(() => engine.stop());

const graceMs = 1_500;

/** Opens the connection that says the worker is there. */
async function connect({ key }: Pick<WorkerUnderTest, "key">, url = engine.api.workerUrl) {
  const connection: ClientRequest = request(`${url}/v1/workers/connection`, {
    method: "POST",
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
  });
  connection.on("error", () => undefined);
  connection.end("{}");
  const [response] = (await once(connection, "response")) as [
    { statusCode: number; resume(): void },
  ];
  expect(response.statusCode).toBe(200);
  response.resume();
  return connection;
}

function stateOf(jobId: string) {
  return engine.facts(jobId);
}

describe("a worker whose connection breaks", () => {
  it("loses its jobs to others within two seconds, without its lease running out", async () => {
    const worker = await registerWorker(engine.api, "killed");
    const connection = await connect(worker);
    const lease = await engine.claimed(worker);
    connection.destroy();
    const began = performance.now();
    await until(
      "the job to wait again",
      async () => (await stateOf(lease.jobId)).state === "queued",
    );
    expect(performance.now() - began).toBeGreaterThan(graceMs - 100);
    expect(await engine.eventTypes(lease.jobId)).toEqual(["queued", "running", "requeued"]);
    expect((await stateOf(lease.jobId)).failures).toEqual({ lost: 1 });
    const again = await engine.other.claim(lease.jobId);
    expect([again.status, again.body.attempt]).toEqual([200, 2]);
    expect((await worker.heartbeat(lease)).body).toEqual({ verdict: "lost" });
    const { attempts } = await engine.client.job(lease.jobId);
    expect(attempts[0]).toMatchObject({
      ...{ worker: "killed", outcome: "lost" },
      error: {
        code: "worker-gone",
        message: "The worker's connection broke, and it did not come back within 1.5 s",
      },
    });
  });

  it("keeps them when it comes back in time", async () => {
    const worker = await registerWorker(engine.api, "back");
    const connection = await connect(worker);
    const lease = await engine.claimed(worker);
    connection.destroy();
    const second = await connect(worker);
    await sleep(graceMs + 500);
    expect(await stateOf(lease.jobId)).toMatchObject({ state: "running", attempt: 1 });
    second.destroy();
    await until(
      "the job to wait again",
      async () => (await stateOf(lease.jobId)).state === "queued",
    );
  });

  it("keeps what it reports on, and what it takes, after the break", async () => {
    const worker = await registerWorker(engine.api, "reporting");
    const connection = await connect(worker);
    const reported = await engine.claimed(worker);
    const silent = await engine.claimed(worker);
    connection.destroy();
    await sleep(300);
    await worker.heartbeat(reported);
    const taken = await engine.claimed(worker);
    await until("the other to wait", async () => (await stateOf(silent.jobId)).state === "queued");
    await sleep(300);
    expect((await stateOf(reported.jobId)).state).toBe("running");
    expect((await stateOf(taken.jobId)).state).toBe("running");
  });

  it("that is a worker of the version before, which opens none, is known by its lease alone", async () => {
    const worker = await registerWorker(engine.api, "before");
    const lease = await engine.claimed(worker);
    await sleep(graceMs + 500);
    expect((await stateOf(lease.jobId)).state).toBe("running");
  });

  it("is no worker without a key of its own", async () => {
    const response = await fetch(`${engine.api.workerUrl}/v1/workers/connection`, {
      method: "POST",
    });
    expect(response.status).toBe(401);
  });

  it("loses nothing when it is the API that hangs up", async () => {
    const worker = await registerWorker(engine.api, "elsewhere");
    const connection = await connect(worker);
    const lease = await engine.claimed(worker);
    const closed = once(connection, "close");
    await engine.api.stop();
    await closed;
    const { databaseUrl } = engine.services;
    expect(databaseUrl).toBeTruthy();
    const rows = await engine.api.query<{ state: string }>("SELECT state FROM jobs WHERE id = $1", [
      lease.jobId,
    ]);
    expect(rows).toEqual([{ state: "running" }]);
  });
});
