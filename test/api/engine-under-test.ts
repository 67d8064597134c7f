import { expect } from "vitest";
import type { Job } from "@framewright/contracts/client-api.ts";
import { openObjectStore } from "../../api/backends/s3-object-store.ts";
import type { ObjectStore } from "../../api/backends/object-store.ts";
import { startServices, type Services, type Wanted } from "../support/services.ts";
import { clientOf, startApiUnderTest, until } from "./api-under-test.ts";
import { registerWorker, type WorkerUnderTest } from "./worker-under-test.ts";
import { createMetrics } from "../../api/metrics.ts";

export interface JobFacts {
  readonly state: Job["state"];
  readonly attempt: number;
  readonly published_attempt: number | null;
  readonly failures: Record<string, number>;
}

/** The services, the API and two workers, for tests of the job engine. */
export async function startEngine(wanted: Wanted, extra: Record<string, string> = {}) {
  const services: Services = await startServices(wanted);
  const urls = {
    databaseUrl: services.databaseUrl,
    s3: services.s3,
    ...(wanted.rabbitmq && { amqpUrl: services.amqpUrl }),
    ...(wanted.redis && { redisUrl: services.redisUrl }),
  };
  const api = await startApiUnderTest(urls, extra);
  await until("readiness", async () => (await fetch(`${api.opsUrl}/readyz`)).ok);
  const client = clientOf(api);
  const worker = await registerWorker(api, "worker-0");
  const other = await registerWorker(api, "worker-1");
  const uploadId = await client.upload();
  const submit = (profile: "hls-720p" | "hls-2160p" = "hls-720p") =>
    client.submit({ uploadId, profile });
  return {
    services,
    api,
    client,
    worker,
    other,
    uploadId,
    submit,
    claimed: async (by: WorkerUnderTest = worker) => {
      const job = await submit();
      const { status, body: lease } = await by.claim(job.id);
      expect(status).toBe(200);
      return lease;
    },
    /** The row as it is in the database. */
    facts: async (jobId: string): Promise<JobFacts> => {
      const sql = "SELECT state, attempt, published_attempt, failures FROM jobs WHERE id = $1";
      const [row] = await api.query<JobFacts>(sql, [jobId]);
      if (!row) throw new Error(`no job ${jobId}`);
      return row;
    },
    eventTypes: async (jobId: string): Promise<string[]> => {
      const sql = "SELECT type FROM events WHERE job_id = $1 ORDER BY id";
      return (await api.query<{ type: string }>(sql, [jobId])).map(({ type }) => type);
    },
    stop: async () => {
      await api.stop();
      await services.stop();
    },
  };
}
export type EngineUnderTest = Awaited<ReturnType<typeof startEngine>>;

/** The engine's bucket, as the API opens it; the caller closes it. */
export function openBucket({
  services,
  api,
}: Pick<EngineUnderTest, "services" | "api">): ObjectStore {
  const { endpoint, region, ...keys } = services.s3;
  return openObjectStore(
    {
      ...{ endpoint, region, keys, publicEndpoint: endpoint },
      bucket: api.bucket,
      writeOnce: "if-none-match",
    },
    createMetrics(),
  );
}
