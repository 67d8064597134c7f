import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Job } from "@framewright/contracts/client-api.ts";
import type { Egress } from "@framewright/contracts/egress.ts";
import {
  adminSecret,
  clientOf,
  startApiUnderTest,
  until,
  type ApiUnderTest,
} from "../api/api-under-test.ts";
import { probeStreams } from "../support/clips.ts";
import { startServices, type Services } from "../support/services.ts";
import { startProcess, workerTools, type WorkerProcess } from "../support/worker-process.ts";
import { rtmpSource, type LiveSource } from "./live-source.ts";
import { startRecorderProcess, type RecorderProcess } from "./recorder-process.ts";

const seconds = 5;
const patienceMs = 90_000;

let services: Services;
let api: ApiUnderTest;
let recorder: RecorderProcess;
let worker: WorkerProcess;
let live: LiveSource;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "framewright-ladder-"));
  services = await startServices({ postgres: true, redis: true, objectStore: true });
  const { databaseUrl, redisUrl, s3 } = services;
  const leases = { LEASE_SECONDS: "30", HEARTBEAT_SECONDS: "1" };
  api = await startApiUnderTest({ databaseUrl, redisUrl, s3 }, { EGRESS: "on", ...leases });
  recorder = startRecorderProcess(api.workerUrl);
  worker = startProcess({
    ...workerTools,
    WORKER_API_URL: api.workerUrl,
    WORKER_ADMIN_SECRET: adminSecret,
    WORKER_NAME: "after-recordings",
    WORKER_CLASSES: "cpu.720p",
    WORK_DIR: join(folder, "work"),
    HEALTH_PORT: "0",
    LOG_LEVEL: "info",
    THREADS: "1",
  });
  live = await rtmpSource(seconds);
});
afterAll(async () => {
  live.close();
  worker.child.kill("SIGKILL");
  await worker.exited;
  await recorder.close();
  await api.stop();
  await services.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function finished(jobId: string): Promise<Job> {
  const job = await until(
    () => `the job ends; the worker said ${worker.log().slice(-2000)}`,
    async () => {
      const found = await clientOf(api).job(jobId);
      return found.finishedAt === undefined ? undefined : found;
    },
    patienceMs,
  );
  expect(job.error).toBeUndefined();
  expect(job.state).toBe("succeeded");
  return job;
}

it("a live stream becomes a recording, and that a verified ladder: by itself, and when a client asks", async () => {
  const client = clientOf(api);
  const asked = await client.send<Egress>("POST", "/v1/egress", {
    source: { kind: "rtmp", url: live.url },
    silentSeconds: 2,
    then: { profile: "hls-720p" },
  });
  expect(asked.status, JSON.stringify(asked.body)).toBe(202);
  const { id } = asked.body;
  const recording = await until(
    () => `the recording has its job; the recorder said ${recorder.log().slice(-2000)}`,
    async () => {
      const { body } = await client.send<Egress>("GET", `/v1/egress/${id}`);
      return body.jobId === undefined ? undefined : body;
    },
    patienceMs,
  );
  expect(recording).toMatchObject({ state: "stopped", mp4: { frames: 30 * seconds } });
  const again = await client.submit({ input: { recordingId: id }, profile: "hls-720p" });
  for (const jobId of [recording.jobId ?? "", again.id]) {
    const job = await finished(jobId);
    expect(job).toMatchObject({ input: { recordingId: id } });
    const master = (job.playbackUrl ?? "").replace("http://api.test", api.url);
    const pictures = (await probeStreams(master)).flatMap(({ width, nb_read_packets: packets }) =>
      width === undefined ? [] : [Number(packets)],
    );
    // No rendition has lost a picture on the way from the stream.
    expect(pictures.length).toBeGreaterThan(0);
    expect(new Set(pictures)).toEqual(new Set([30 * seconds]));
  }
}, 240_000);
