import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, it, onTestFinished } from "vitest";
import type { Egress, EgressSource } from "@framewright/contracts/egress.ts";
import { clientOf, startApiUnderTest, until, type ApiUnderTest } from "../api/api-under-test.ts";
import { LivekitServer } from "../support/egress/livekit-server.ts";
import { measure, median, type Recorded } from "../support/egress/measure.ts";
import { startServices, type Services } from "../support/services.ts";
import {
  flashingHlsSource,
  flashingRtmpSource,
  flashingRtspSource,
  flashingSrtSource,
  type LiveSource,
} from "./live-source.ts";
import { cpuSecondsOf } from "./page-usage.ts";
import { startProxyProcess } from "./proxy-process.ts";
import { startRecorderProcess, type RecorderProcess } from "./recorder-process.ts";

/** The row of each kind of source in the table of docs/egress.md. It is printed. */
let services: Services;
let api: ApiUnderTest;
const kinds = "rtmp,rtsp,srt,hls,livekit";

beforeAll(async () => {
  services = await startServices({ postgres: true, redis: true, objectStore: true });
  const { databaseUrl, redisUrl, s3 } = services;
  api = await startApiUnderTest(
    { databaseUrl, redisUrl, s3 },
    { EGRESS: "on", EGRESS_SOURCES: kinds },
  );
}, 120_000);
afterAll(async () => {
  await api.stop();
  await services.stop();
});

const show = async (id: string) =>
  (await clientOf(api).send<Egress>("GET", `/v1/egress/${id}`)).body;

/** CPU and memory of the process that records and of its ffmpeg. */
function usedBy(
  recorder: RecorderProcess,
  id: string,
): { cpuSeconds: number; residentMiB: number } {
  const found = recorder.encoderOf(id);
  const pids = found === undefined ? [] : [found.pid, found.parent];
  const resident = pids.map((pid) => {
    const [, kib = "0"] = /VmRSS:\s*(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
    return Number(kib) / 1024;
  });
  return {
    cpuSeconds: pids.reduce((sum, pid) => sum + cpuSecondsOf(pid), 0),
    residentMiB: Math.round(resident.reduce((sum, one) => sum + one, 0)),
  };
}

interface Row {
  readonly source: EgressSource;
  readonly recorder: RecorderProcess;
  /** Ends what goes on for ever, once so much is recorded. */
  readonly end?: { readonly afterSeconds: number; readonly leave: () => void };
}

/** Records a source to its end, prints its row, and gives what is in the recording. */
async function record({ source, recorder, end }: Row): Promise<{ found: Recorded; task: Egress }> {
  const from = performance.now();
  const { status, body } = await clientOf(api).send<Egress>("POST", "/v1/egress", {
    ...{ source, expect: ["video", "audio"], silentSeconds: 3 },
  });
  expect(status, JSON.stringify(body)).toBe(202);
  const when = (what: string, test: (task: Egress) => unknown) =>
    until(
      () => `${source.kind} ${what}; the recorder said ${recorder.log()}`,
      async () => {
        const task = await show(body.id);
        return test(task) ? task : undefined;
      },
      120_000,
    );
  await when("can be played", ({ playbackUrl }) => playbackUrl);
  const playableSeconds = (performance.now() - from) / 1000;
  const begun = { at: performance.now(), ...usedBy(recorder, body.id) };
  await when(
    "has some seconds",
    ({ durationSeconds }) => durationSeconds >= (end?.afterSeconds ?? 20),
  );
  const later = usedBy(recorder, body.id);
  const cores = (1000 * (later.cpuSeconds - begun.cpuSeconds)) / (performance.now() - begun.at);
  end?.leave();
  const task = await when("has ended", ({ finishedAt }) => finishedAt);
  const found = await measure((task.mp4?.url ?? "").replace("http://api.test", api.url));
  const { offsets, pictures } = found;
  const sizes = offsets.map((offset) => Math.round(offset));
  console.log(
    `${source.kind}: ${pictures} pictures, ${offsets.length} beeps, offset ${median(offsets).toFixed(1)} ms (${Math.min(...sizes)} to ${Math.max(...sizes)}), first playable ${playableSeconds.toFixed(1)} s after it was asked for, ${cores.toFixed(3)} cores, ${later.residentMiB} MiB`,
  );
  expect(task).toMatchObject({ state: "stopped", attempt: 1, discontinuities: 0, warnings: [] });
  expect(pictures).toBe(task.mp4?.frames);
  expect(Math.abs(median(offsets))).toBeLessThan(60);
  return { found, task };
}

const seconds = 24;
const open: Record<"rtmp" | "rtsp" | "srt" | "hls", (seconds: number) => Promise<LiveSource>> = {
  rtmp: flashingRtmpSource,
  rtsp: flashingRtspSource,
  srt: flashingSrtSource,
  hls: flashingHlsSource,
};

/** Pictures that a sender which has ended may leave behind: what SRT has not sent again within its latency, it drops. */
const unsent = { rtmp: 0, rtsp: 0, srt: 15, hls: 0 } as const;

it.each(["rtmp", "rtsp", "srt", "hls"] as const)(
  "by %s all that was sent is recorded, and in step",
  async (kind) => {
    const live = await open[kind](seconds);
    onTestFinished(() => {
      live.close();
    });
    const { port } = new URL(live.url);
    const proxy = await startProxyProcess([Number(port)]);
    onTestFinished(() => proxy.close());
    const recorder = startRecorderProcess(api.workerUrl, {
      env: { SOURCE_KINDS: kind, SOURCE_PROXY: proxy.url, SOURCE_PORTS: port },
    });
    onTestFinished(() => recorder.close());
    const { found } = await record({ source: { kind, url: live.url }, recorder });
    expect(found.pictures).toBeLessThanOrEqual(30 * seconds);
    expect(found.pictures).toBeGreaterThanOrEqual(30 * seconds - unsent[kind]);
    expect(found.beeps.length).toBeGreaterThan(seconds - 3);
  },
  180_000,
);

it("by LiveKit every picture that came is recorded, and in step", async () => {
  const rooms = await LivekitServer.start();
  const recorder = startRecorderProcess(api.workerUrl, { env: rooms.recorderEnv() });
  onTestFinished(() => recorder.close());
  const publisher = await rooms.publish({ room: "stage", codec: "h264" });
  const { found } = await record({
    source: { kind: "livekit", url: "livekit://stage" },
    recorder,
    end: {
      afterSeconds: 20,
      leave: () => {
        publisher.say("leave");
      },
    },
  });
  console.log(`livekit: steps of the counter ${JSON.stringify([...found.steps])}`);
  // What the publisher left out is its own affair; nothing is repeated or in another order.
  expect([...found.steps.keys()].filter((step) => step < 1)).toEqual([]);
}, 180_000);
