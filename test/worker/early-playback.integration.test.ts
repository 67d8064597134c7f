import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import {
  adminSecret,
  clientOf,
  startApiUnderTest,
  until,
  type ApiUnderTest,
} from "../api/api-under-test.ts";
import { make } from "../support/clips.ts";
import { startPlayer, type Player } from "../support/player.ts";
import { startServices, type Services } from "../support/services.ts";
import { startProcess, workerTools, type WorkerProcess } from "../support/worker-process.ts";

let services: Services;
let api: ApiUnderTest;
let worker: WorkerProcess;
let player: Player;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "framewright-early-"));
  services = await startServices({
    ...{ postgres: true, rabbitmq: true, redis: true, objectStore: true },
  });
  api = await startApiUnderTest(services, { LEASE_SECONDS: "30", HEARTBEAT_SECONDS: "1" });
  worker = startProcess({
    ...workerTools,
    WORKER_API_URL: api.workerUrl,
    WORKER_ADMIN_SECRET: adminSecret,
    WORKER_NAME: "early",
    WORKER_CLASSES: "cpu.720p",
    WORK_DIR: join(folder, "work"),
    HEALTH_PORT: "0",
    LOG_LEVEL: "info",
    THREADS: "1",
  });
  player = await startPlayer();
}, 120_000);

afterAll(async () => {
  await player.close();
  worker.child.kill("SIGKILL");
  await worker.exited;
  await api.stop();
  await services.stop();
  rmSync(folder, { recursive: true, force: true });
});

const seconds = 30;

const film = () =>
  make(`early-${seconds}-seconds.mp4`, [
    ...["-f", "lavfi", "-i", `testsrc2=size=1280x720:rate=30:duration=${seconds}`],
    ...["-f", "lavfi", "-i", `sine=frequency=440:duration=${seconds}`],
    ..."-c:v libx264 -preset ultrafast -pix_fmt yuv420p -c:a aac -shortest".split(" "),
  ]);

it("one rendition is played while the job runs, and on to its verified end", async () => {
  const client = clientOf(api);
  const uploadId = await client.upload(new Uint8Array(readFileSync(await film())));
  const input = { input: { uploadId }, profile: "hls-720p", outputs: { hls: { early: true } } };
  const { id } = await client.submit(input);
  const earlyUrl = async () => (await client.job(id)).earlyPlaybackUrl;
  await until("an early URL", async () => (await earlyUrl()) !== undefined, 120_000);
  const url = ((await earlyUrl()) ?? "").replace("http://api.test", api.url);
  const list = new URL("360p/index.m3u8", url);
  await until(
    "two segments",
    async () => (await (await fetch(list)).text()).includes("00001.m4s"),
    60_000,
  );
  expect(await client.job(id)).toMatchObject({ state: "running" });
  const { played } = await player.play(url);
  expect(played).toMatchObject({ ended: true, offered: [360], corrupted: 0 });
  expect(played.errors.filter(({ fatal }) => fatal)).toEqual([]);
  expect(Math.abs(played.time - seconds)).toBeLessThan(0.3);
  expect(played.frames).toBeGreaterThan(seconds * 5);
  const done = await client.job(id);
  expect(done.state).toBe("succeeded");
  expect([done.earlyPlaybackUrl, typeof done.playbackUrl]).toEqual([undefined, "string"]);
  const ended = await (await fetch(list)).text();
  expect(ended).toContain("#EXT-X-PLAYLIST-TYPE:EVENT\n");
  expect(ended).toContain("#EXT-X-ENDLIST\n");
  // Of an attempt that has never been.
  expect((await fetch(url.replace("/early/1/", "/early/2/"))).status).toBe(404);
}, 240_000);
