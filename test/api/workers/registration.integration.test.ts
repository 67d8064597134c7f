import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { WorkerList } from "@framewright/contracts/worker-admin.ts";
import type { RegisterResponse } from "@framewright/contracts/worker-api.ts";
import { workerTicket } from "../../../runtime/worker-ticket.ts";
import { adminSecret, call, until } from "../api-under-test.ts";
import { startEngine, type EngineUnderTest } from "../engine-under-test.ts";
import { registerWorker } from "../worker-under-test.ts";

let engine: EngineUnderTest;
beforeAll(async () => {
  const all = { postgres: true, objectStore: true } as const;
  engine = await startEngine(all, { LEASE_SECONDS: "60", HEARTBEAT_SECONDS: "5" });
});
afterAll(() => engine.stop());

const abilities = { accel: "cpu", classes: ["cpu.720p"], encoders: ["libx264"], version: "test" };

function register(workerName: string, bearer: string) {
  return call<RegisterResponse>("POST", `${engine.api.workerUrl}/v1/workers`, {
    headers: { authorization: `Bearer ${bearer}` },
    body: { ...abilities, workerName },
  });
}

async function listedNames(): Promise<string[]> {
  const { body } = await call<WorkerList>("GET", `${engine.api.workerUrl}/v1/workers`, {
    headers: { authorization: `Bearer ${adminSecret}` },
  });
  return body.workers.map(({ name }) => name);
}

const silence = (name: string) =>
  engine.api.query("UPDATE workers SET last_seen_at = now() - interval '31 s' WHERE name = $1", [
    name,
  ]);

/** The worker's own key is refused; another replica may remember it for some seconds. */
const refused = (worker: { claimAny(): Promise<{ status: number }> }) =>
  until("the old key's end", async () => (await worker.claimAny()).status === 401, 6_000);

describe("the name of a live worker", () => {
  it("cannot be taken with the admin secret, and its job goes on", async () => {
    const victim = await registerWorker(engine.api, "live");
    const lease = await engine.claimed(victim);
    const thief = await register("live", adminSecret);
    expect(thief).toMatchObject({ status: 409, body: { code: "worker-name-taken" } });
    expect((await victim.heartbeat(lease)).body).toEqual({ verdict: "continue" });
    expect(await engine.facts(lease.jobId)).toMatchObject({ state: "running", attempt: 1 });
    expect(await victim.uploadAll(lease)).toBe(200);
    expect((await victim.complete(lease)).body).toEqual({ state: "succeeded" });
  });

  it("is given to one of several that come at once", async () => {
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => register("contended", adminSecret)),
    );
    const statuses = answers.map(({ status }) => status).toSorted();
    expect(statuses).toEqual([200, 409, 409, 409, 409, 409, 409, 409]);
  });

  it.each([
    ["was silent for 30 s", () => silence("gone")],
    [
      "said that it ends",
      (send: (path: string, body: object) => Promise<unknown>) =>
        send("/v1/workers/heartbeat", { draining: true }),
    ],
  ])("is free when the worker %s", async (_how, end) => {
    await silence("gone");
    const before = await registerWorker(engine.api, "gone");
    await end(before.send);
    const after = await register("gone", adminSecret);
    expect(after.status).toBe(200);
    expect(after.body.workerId).not.toBe(before.id);
    await refused(before);
  });

  it("is not free while the worker drains its last job", async () => {
    const worker = await registerWorker(engine.api, "draining");
    const lease = await engine.claimed(worker);
    await worker.send("/v1/workers/heartbeat", { draining: true });
    expect((await register("draining", adminSecret)).status).toBe(409);
    expect((await worker.release(lease, "draining")).status).toBe(200);
    expect((await register("draining", adminSecret)).status).toBe(200);
  });
});

describe("a worker that registers again with its own ticket", () => {
  const name = "worker-cpu-5d8f7c-x2x4z";

  it("is another one: a new id and key, the old key ends, and its jobs are queued at once", async () => {
    const first = await registerWorker(engine.api, name);
    const lease = await engine.claimed(first);
    const again = await register(name, workerTicket(adminSecret, name));
    expect(again.status).toBe(200);
    expect(again.body.workerId).not.toBe(first.id);
    expect(await engine.facts(lease.jobId)).toMatchObject({ state: "queued", attempt: 1 });
    const attempts = await engine.api.query(
      "SELECT outcome, worker_name, error->>'code' AS code FROM attempts WHERE job_id = $1",
      [lease.jobId],
    );
    const lost = { outcome: "lost", worker_name: name, code: "worker-replaced" };
    expect(attempts).toEqual([lost]);
    await refused(first);
    expect((await listedNames()).filter((one) => one.startsWith(name))).toEqual([name]);
  });

  it("cannot use the ticket for another name", async () => {
    const ticket = workerTicket(adminSecret, name);
    expect((await register("another", ticket)).status).toBe(401);
    expect((await register("live", workerTicket("another secret", "live"))).status).toBe(401);
    const list = await fetch(`${engine.api.workerUrl}/v1/workers`, {
      headers: { authorization: `Bearer ${ticket}` },
    });
    expect(list.status).toBe(401);
  });
});
