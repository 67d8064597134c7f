import { afterAll, beforeAll, expect, it, onTestFinished } from "vitest";
import type { Egress } from "@framewright/contracts/egress.ts";
import { clientOf, startApiUnderTest, until, type ApiUnderTest } from "../api/api-under-test.ts";
import { probeStreams } from "../support/clips.ts";
import { LivekitServer } from "../support/egress/livekit-server.ts";
import { measure, median } from "../support/egress/measure.ts";
import { startServices, type Services } from "../support/services.ts";
import { startRecorderProcess } from "./recorder-process.ts";

let services: Services;
let api: ApiUnderTest;

beforeAll(async () => {
  services = await startServices({ postgres: true, redis: true, objectStore: true });
  const { databaseUrl, redisUrl, s3 } = services;
  api = await startApiUnderTest(
    { databaseUrl, redisUrl, s3 },
    { EGRESS: "on", EGRESS_SOURCES: "livekit" },
  );
});
afterAll(async () => {
  await api.stop();
  await services.stop();
});

const show = async (id: string) =>
  (await clientOf(api).send<Egress>("GET", `/v1/egress/${id}`)).body;

it("a room is recorded through the API, over a change of size, into one playlist and one MP4", async () => {
  const rooms = await LivekitServer.start();
  const recorder = startRecorderProcess(api.workerUrl, { env: rooms.recorderEnv() });
  onTestFinished(() => recorder.close());
  const publisher = await rooms.publish({ room: "stage", codec: "h264" });
  const { status, body } = await clientOf(api).send<Egress>("POST", "/v1/egress", {
    source: { kind: "livekit", url: "livekit://stage" },
    expect: ["video", "audio"],
    silentSeconds: 5,
  });
  expect(status, JSON.stringify(body)).toBe(202);
  const when = (what: string, test: (task: Egress) => unknown) =>
    until(
      `the recording ${what}; the recorder said ${recorder.log()}`,
      async () => {
        const task = await show(body.id);
        return test(task) ? task : undefined;
      },
      90_000,
    );
  await when("has 6 s", ({ durationSeconds }) => durationSeconds >= 6);
  publisher.say("size 320x180");
  await when("goes on in another size", ({ discontinuities }) => discontinuities === 1);
  await when("has 12 s", ({ durationSeconds }) => durationSeconds >= 12);
  publisher.say("leave");
  const task = await when("has ended", ({ finishedAt }) => finishedAt);
  expect(task).toMatchObject({ state: "stopped", attempt: 1, discontinuities: 1, warnings: [] });
  const file = (task.mp4?.url ?? "").replace("http://api.test", api.url);
  const [video] = await probeStreams(file);
  expect(Number(video?.nb_read_packets)).toBe(task.mp4?.frames);
  const recorded = await measure(file);
  expect(Math.abs(median(recorded.offsets))).toBeLessThan(60);
  expect(recorded.pictures / recorded.flashes.length).toBeGreaterThan(25);
});
