import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { neededMigrations } from "../../api/backends/schema-version.ts";
import { startServices, type Services } from "../support/services.ts";
import { freePorts, migrated, runApi } from "./api-process.ts";
import { clientOf, envFor, until } from "./api-under-test.ts";
import { openEvents } from "./event-reader.ts";

let services: Services;
beforeAll(async () => {
  services = await startServices({ postgres: true, objectStore: true });
});
afterAll(() => services.stop());

async function podEnv(extra: Record<string, string> = {}) {
  const urls = { databaseUrl: services.databaseUrl, s3: services.s3 };
  return envFor(urls, { ...(await freePorts()), ...extra });
}

async function runMigrated(extra: Record<string, string> = {}) {
  const env = await podEnv(extra);
  const key = await migrated(env.DATABASE_URL);
  const api = runApi(env);
  const url = `http://127.0.0.1:${env.PORT}`;
  await until("readiness", async () => (await fetch(`${url}/readyz`)).ok);
  return {
    ...api,
    url,
    client: clientOf({ url, key }),
    key,
    metricsPort: env.METRICS_PORT,
  };
}

describe("the process", () => {
  it("says all that is wrong with its environment, shows no value, and ends", async () => {
    const api = runApi({ PORT: "eight thousand", DATABASE_URL: "mysql://u:hunter2@h/x" });
    expect(await api.exited).toBe(1);
    const text = api.output.join("");
    expect(text).toMatch(/^\d+ problems in the environment/);
    expect(text).toMatch(/AMQP_URL is missing/);
    expect(text).not.toContain("hunter2");
  });

  it("starts before the schema is there, and says what it waits for", async () => {
    const env = await podEnv();
    const api = runApi(env);
    const url = `http://127.0.0.1:${env.METRICS_PORT}`;
    const report = await until("an answer", async () => {
      const answer = await fetch(`${url}/readyz`);
      return answer.status === 503 && answer.text();
    });
    expect(report).toContain(
      `the schema lacks ${neededMigrations().join(", ")}; run the migration Job`,
    );
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    api.child.kill("SIGTERM");
    expect(await api.exited).toBe(0);
  });

  it("on SIGTERM turns red, ends streams, finishes requests and exits 0", async () => {
    const api = await runMigrated({ DRAIN_SECONDS: "3" });
    const uploadId = await api.client.upload();
    const job = await api.client.submit({ uploadId, profile: "hls-720p" });
    const reader = await openEvents(api.url, api.key, job.id);
    api.child.kill("SIGTERM");
    await until("red", async () => (await fetch(`${api.url}/readyz`)).status === 503, 2_500);
    // Still served: whoever routes to it needs a moment to see the red.
    expect((await api.client.send("GET", "/v1/jobs")).status).toBe(200);
    await reader.toEnd();
    expect(await api.exited).toBe(0);
    const stopped = api.output
      .join("")
      .split("\n")
      .filter((line) => line.includes('"stopped"'));
    expect(stopped).toHaveLength(1);
    expect(api.output.join("")).not.toContain("shutdown phase not finished");
  });

  it("leaves at once on a second signal", async () => {
    const api = await runMigrated({ DRAIN_SECONDS: "30" });
    api.child.kill("SIGTERM");
    await until("red", async () => (await fetch(`${api.url}/readyz`)).status === 503);
    api.child.kill("SIGTERM");
    expect(await api.exited).toBe(1);
  });

  it("does not start on a port that is taken, and says so", async () => {
    const first = await runMigrated();
    const env = await podEnv({ PORT: new URL(first.url).port });
    const second = runApi(env);
    expect(await second.exited).toBe(1);
    expect(second.output.join("")).toContain("EADDRINUSE");
    first.child.kill("SIGTERM");
    expect(await first.exited).toBe(0);
  });

  it("costs next to nothing while it has nothing to do", async () => {
    const api = await runMigrated();
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    const cpuSeconds = async () => {
      const text = await (await fetch(`http://127.0.0.1:${api.metricsPort}/metrics`)).text();
      return Number(/^process_cpu_seconds_total (\S+)/m.exec(text)?.[1]);
    };
    const before = await cpuSeconds();
    await new Promise((resolve) => setTimeout(resolve, 5_000));
    expect(((await cpuSeconds()) - before) / 5).toBeLessThan(0.1);
    api.child.kill("SIGTERM");
    expect(await api.exited).toBe(0);
  });
});
