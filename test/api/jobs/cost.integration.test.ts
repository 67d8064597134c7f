import { afterAll, beforeAll, expect, it } from "vitest";
import { sampleResult } from "../api-under-test.ts";
import { startEngine, type EngineUnderTest } from "../engine-under-test.ts";

let engine: EngineUnderTest;
beforeAll(async () => {
  const prices = { currency: "EUR", cpuHour: 0.04, gpuHour: 0.6 };
  engine = await startEngine(
    { postgres: true, objectStore: true },
    { PRICES: JSON.stringify(prices), LEASE_SECONDS: "60" },
  );
});
afterAll(() => engine.stop());

const usage = {
  ...{ cpuSeconds: 1800, gpuSeconds: 900, bytesIn: 7, bytesOut: 70 },
  phases: { downloadMs: 10, encodeMs: 200 },
};

it("a job that has ended shows what all its attempts used, and the price", async () => {
  const { worker, client } = engine;
  const first = await engine.claimed();
  const released = `/v1/jobs/${first.jobId}/attempts/${first.attempt}/release`;
  await worker.send(released, { reason: "draining", usage });
  expect(await client.job(first.jobId)).not.toHaveProperty("cost");
  const { body: second } = await worker.claim(first.jobId);
  await worker.uploadAll(second);
  await worker.complete(second, { ...sampleResult(), usage });
  expect((await client.job(first.jobId)).cost).toMatchObject({
    ...{ cpuSeconds: 3600, gpuSeconds: 1800, bytesIn: 14, bytesOut: 140, attempts: 2 },
    phases: { downloadMs: 20, encodeMs: 400 },
    price: { currency: "EUR", amount: 0.34 },
  });
});
