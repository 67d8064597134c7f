import { afterAll, beforeAll, expect, it } from "vitest";
import { until } from "../api-under-test.ts";
import { startEngine, type EngineUnderTest } from "../engine-under-test.ts";
import { registerWorker, type WorkerUnderTest } from "../worker-under-test.ts";

let engine: EngineUnderTest;
let gpu: WorkerUnderTest;
beforeAll(async () => {
  engine = await startEngine({ postgres: true, rabbitmq: true, objectStore: true });
  gpu = await registerWorker(engine.api, "worker-gpu", {
    accel: "nvenc",
    classes: ["nvenc.720p"],
    encoders: ["h264_nvenc"],
  });
});
afterAll(() => engine.stop());

async function classOf(jobId: string): Promise<string | undefined> {
  const sql = "SELECT class FROM jobs WHERE id = $1";
  const [row] = await engine.api.query<{ class: string }>(sql, [jobId]);
  return row?.class;
}

async function isMoved(jobId: string): Promise<void> {
  const moved = async () => {
    await engine.worker.send("/v1/workers/heartbeat", { draining: false });
    return (await classOf(jobId)) === "cpu.720p";
  };
  await until("the job is moved", moved, 40_000);
}

it("a job goes to the GPU worker, and to the CPU when that worker is gone for two leases", async () => {
  // The router remembers for a second that there was no GPU worker.
  await new Promise((resolve) => setTimeout(resolve, 1_200));
  const job = await engine.submit();
  expect(await classOf(job.id)).toBe("nvenc.720p");
  expect((await engine.worker.claim(job.id)).status).toBe(409);

  await gpu.send("/v1/workers/heartbeat", { draining: true });
  await isMoved(job.id);
  expect((await gpu.claim(job.id)).status).toBe(409);
  const { status, body: lease } = await engine.worker.claim(job.id);
  expect(status).toBe(200);
  await engine.worker.uploadAll(lease);
  expect((await engine.worker.complete(lease)).body).toEqual({ state: "succeeded" });
  const metrics = await (await fetch(`${engine.api.opsUrl}/metrics`)).text();
  expect(metrics).toContain('framewright_jobs_moved_total{from="nvenc.720p",to="cpu.720p"} 1');
});

it("a moved job has a message in its new queue", async () => {
  const job = await engine.submit();
  expect(await classOf(job.id)).toBe("cpu.720p");
  await engine.api.query("UPDATE jobs SET class = 'nvenc.720p' WHERE id = $1", [job.id]);
  await engine.api.query("UPDATE outbox SET class = 'nvenc.720p' WHERE job_id = $1", [job.id]);
  await isMoved(job.id);
  await until("its message is confirmed", async () => {
    const sql = "SELECT class FROM outbox WHERE job_id = $1 AND published_at IS NOT NULL";
    const [row] = await engine.api.query<{ class: string }>(sql, [job.id]);
    return row?.class === "cpu.720p";
  });
});
