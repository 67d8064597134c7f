import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Job } from "@framewright/contracts/client-api.ts";
import { until } from "../api-under-test.ts";
import { startEngine, type EngineUnderTest } from "../engine-under-test.ts";

let engine: EngineUnderTest;
beforeAll(async () => {
  engine = await startEngine({ postgres: true, objectStore: true });
});
afterAll(() => engine.stop());

describe("a cancel", () => {
  const cancel = (jobId: string) => engine.client.send<Job>("POST", `/v1/jobs/${jobId}/cancel`);

  it("ends a waiting job at once, and its message finds nothing to claim", async () => {
    const job = await engine.submit();
    const answer = await cancel(job.id);
    expect([answer.status, answer.body.state]).toEqual([202, "cancelled"]);
    expect((await engine.worker.claim(job.id)).status).toBe(409);
    expect((await cancel(job.id)).status).toBe(202);
    expect(await engine.eventTypes(job.id)).toEqual(["queued", "cancelled"]);
  });

  it("reaches a running job with its next heartbeat", async () => {
    const lease = await engine.claimed();
    const answer = await cancel(lease.jobId);
    expect(answer.body).toMatchObject({ state: "running", cancelRequested: true });
    expect((await engine.worker.heartbeat(lease)).body).toEqual({ verdict: "cancel" });
    expect((await engine.worker.release(lease, "cancelled")).body).toEqual({ state: "cancelled" });
    const types = await engine.eventTypes(lease.jobId);
    expect(types).toEqual(["queued", "running", "cancel-requested", "cancelled"]);
  });

  it("also ends a job whose worker keeps reporting but does not listen", async () => {
    const lease = await engine.claimed();
    await cancel(lease.jobId);
    await until("the end of the lease", async () => {
      await engine.worker.heartbeat(lease);
      return (await engine.facts(lease.jobId)).state === "cancelled";
    });
  });

  it("outranks an error and a result that come after it", async () => {
    const failing = await engine.claimed();
    await cancel(failing.jobId);
    expect((await engine.worker.fail(failing, "transient")).body).toEqual({ state: "cancelled" });
    const done = await engine.claimed();
    await engine.worker.uploadAll(done);
    await cancel(done.jobId);
    expect((await engine.worker.complete(done)).body).toEqual({ state: "cancelled" });
    expect(await engine.client.job(done.jobId)).not.toHaveProperty("playbackUrl");
  });

  it("of a job that has ended is refused", async () => {
    const lease = await engine.claimed();
    await engine.worker.fail(lease, "input");
    const answer = await cancel(lease.jobId);
    expect(answer.status).toBe(409);
    expect(answer.body).toMatchObject({ code: "job-already-finished" });
  });

  it("at any moment leaves one end, the one that both sides saw", async () => {
    const ends: string[] = [];
    for (let i = 0; i < 20; i++) {
      const lease = await engine.claimed();
      await engine.worker.uploadAll(lease);
      const [completed, cancelled] = await Promise.all([
        engine.worker.complete(lease),
        new Promise((resolve) => setTimeout(resolve, Math.random() * 25)).then(() =>
          cancel(lease.jobId),
        ),
      ]);
      const { state } = await engine.facts(lease.jobId);
      expect(completed.body).toEqual({ state });
      expect(cancelled.status).toBe(state === "cancelled" ? 202 : 409);
      const types = await engine.eventTypes(lease.jobId);
      expect(types.filter((type) => type === "succeeded" || type === "cancelled")).toEqual([state]);
      ends.push(state);
    }
    expect(ends).toHaveLength(20);
  });
});
