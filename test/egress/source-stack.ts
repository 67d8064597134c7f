import { readFileSync } from "node:fs";
import { expect, onTestFinished } from "vitest";
import type { CreateEgress, Egress, EgressSource } from "@framewright/contracts/egress.ts";
import { clientOf, startApiUnderTest, until } from "../api/api-under-test.ts";
import { LivekitServer } from "../support/egress/livekit-server.ts";
import { measure, median, tenthsOf, type Recorded } from "../support/egress/measure.ts";
import { startWhepServer } from "../support/egress/whep-server.ts";
import { startServices } from "../support/services.ts";
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

/** Sends the pattern, and what a recorder of it has in its environment. */
interface Sender {
  readonly url: string;
  readonly env: Readonly<Record<string, string>>;
  /** Of one that goes on for ever. */
  readonly leave?: () => void;
}

/** A recorder that reaches this port of the loopback, by the proxy or itself. */
async function reaching(url: string): Promise<Sender> {
  const { port } = new URL(url);
  const proxy = await startProxyProcess([Number(port)]);
  onTestFinished(() => proxy.close());
  return { url, env: { SOURCE_PROXY: proxy.url, SOURCE_PORTS: port } };
}

export async function whileTested(live: LiveSource): Promise<Sender> {
  onTestFinished(() => {
    live.close();
  });
  return reaching(live.url);
}

async function whepSender(seconds: number): Promise<Sender> {
  const server = await startWhepServer(seconds);
  onTestFinished(() => {
    server.process.kill();
  });
  const { url, env } = await reaching(server.url);
  // Its media come from an address of the machine's interfaces, whichever that is.
  return { url, env: { ...env, SOURCE_RANGES: "0.0.0.0/0" } };
}

/** @param isMute whether its microphone is published and sends nothing */
export async function livekitSender(isMute = false): Promise<Sender> {
  const rooms = await LivekitServer.start();
  const publisher = await rooms.publish({ room: "stage", codec: "h264", isMute });
  return {
    ...{ url: "livekit://stage", env: rooms.recorderEnv() },
    leave: () => {
      publisher.say("leave");
    },
  };
}

interface Row {
  readonly open: (seconds: number) => Promise<Sender>;
  /** Farthest that sound may be from picture, at any time. */
  readonly limitMs: number;
  /**
   * Pictures that a sender which has ended may leave behind: what SRT has not sent again within its latency, it drops.
   * undefined where it leaves out pictures while it sends, which its counter shows.
   */
  readonly unsent: number | undefined;
}

const ofUrl = { limitMs: 10, unsent: 0 } as const;
const ofConference = { limitMs: 60, unsent: undefined } as const;

const rows = {
  rtmp: { ...ofUrl, open: async (seconds) => whileTested(await flashingRtmpSource(seconds)) },
  rtsp: { ...ofUrl, open: async (seconds) => whileTested(await flashingRtspSource(seconds)) },
  srt: {
    ...{ ...ofUrl, unsent: 15 },
    open: async (seconds) => whileTested(await flashingSrtSource(seconds)),
  },
  hls: { ...ofUrl, open: async (seconds) => whileTested(await flashingHlsSource(seconds)) },
  livekit: { ...ofConference, open: () => livekitSender() },
  whep: { ...ofConference, open: whepSender },
} as const satisfies Partial<Record<EgressSource["kind"], Row>>;
export type TableKind = keyof typeof rows;

export const tableKinds = Object.keys(rows) as readonly TableKind[];

function residentMiBOf(pid: number): number {
  try {
    const [, kib] = /VmRSS:\s*(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
    return Number(kib ?? 0) / 1024;
  } catch {
    // It has ended since it was listed.
    return 0;
  }
}

/** CPU and memory of the process that records and of its ffmpeg. */
function usedBy(
  recorder: RecorderProcess,
  id: string,
): { cpuSeconds: number; residentMiB: number } {
  const found = recorder.encoderOf(id);
  const pids = found === undefined ? [] : [found.pid, found.parent];
  return {
    cpuSeconds: pids.reduce((sum, pid) => sum + cpuSecondsOf(pid), 0),
    residentMiB: Math.round(pids.reduce((sum, pid) => sum + residentMiBOf(pid), 0)),
  };
}

/** Pictures that a source which receives them itself has handed to its ffmpeg. */
function receivedBy(recorder: RecorderProcess): number | undefined {
  const [, pictures] = /"pictures":(\d+).*"the source is over"/.exec(recorder.log()) ?? [];
  return pictures === undefined ? undefined : Number(pictures);
}

export interface Recording {
  readonly kind: TableKind;
  readonly seconds: number;
  readonly task: Egress;
  readonly received: number | undefined;
  /** What it took, in words. */
  readonly costs: string;
}

interface Asked {
  /** In place of the one that shows the pattern. */
  readonly sender?: Promise<Sender>;
  readonly asked?: Partial<CreateEgress>;
}

/** The API with all that it needs, and recordings of each kind of source by a recorder of its own. */
export async function startSourceStack() {
  const services = await startServices({ postgres: true, redis: true, objectStore: true });
  const { databaseUrl, redisUrl, s3 } = services;
  const api = await startApiUnderTest(
    { databaseUrl, redisUrl, s3 },
    { EGRESS: "on", EGRESS_SOURCES: tableKinds.join(",") },
  );
  const { send } = clientOf(api);

  /** Records what a sender shows in so many seconds, to its end. */
  async function record(
    kind: TableKind,
    seconds: number,
    { sender = rows[kind].open(seconds), asked = {} }: Asked = {},
  ): Promise<Recording> {
    const { url, env, leave } = await sender;
    const recorder = startRecorderProcess(api.workerUrl, {
      ...{ name: `recorder-${kind}`, env: { SOURCE_KINDS: kind, ...env } },
    });
    onTestFinished(() => recorder.close());
    const from = performance.now();
    const { status, body } = await send<Egress>("POST", "/v1/egress", {
      ...{ source: { kind, url }, expect: ["video", "audio"] },
      ...asked,
    });
    expect(status, JSON.stringify(body)).toBe(202);
    const when = (what: string, test: (task: Egress) => unknown) =>
      until(
        () => `${kind} ${what}; the recorder said ${recorder.log()}`,
        async () => {
          const { body: task } = await send<Egress>("GET", `/v1/egress/${body.id}`);
          return test(task) || task.finishedAt ? task : undefined;
        },
        1000 * (seconds + 120),
      );
    await when("can be played", ({ playbackUrl }) => playbackUrl);
    const playable = (performance.now() - from) / 1000;
    const begun = { at: performance.now(), ...usedBy(recorder, body.id) };
    // A sender that shows things from its own start is connected to some seconds later.
    const enough = seconds - 10;
    await when("has most of it", ({ durationSeconds }) => durationSeconds >= enough);
    const later = usedBy(recorder, body.id);
    const cores = (1000 * (later.cpuSeconds - begun.cpuSeconds)) / (performance.now() - begun.at);
    if (leave !== undefined) {
      await when("has all of it", ({ durationSeconds }) => durationSeconds >= seconds);
      leave();
    }
    const task = await when("has ended", ({ finishedAt }) => finishedAt);
    const costs = `first playable ${playable.toFixed(1)} s after it was asked for, ${cores.toFixed(3)} cores, ${later.residentMiB} MiB`;
    return { kind, seconds, task, received: receivedBy(recorder), costs };
  }

  return {
    record,
    /** What is in it. Its row is printed. */
    look: async ({ kind, task, costs }: Recording): Promise<Recorded> => {
      const { mp4, reason, warnings } = task;
      if (mp4 === undefined) {
        throw new Error(`${kind} has no MP4: ${JSON.stringify({ reason, warnings })}`);
      }
      const found = await measure(mp4.url.replace("http://api.test", api.url));
      const { offsets, pictures, steps } = found;
      const { unsent }: Row = rows[kind];
      const farthest = [Math.min(...offsets), Math.max(...offsets)].map((ms) => ms.toFixed(1));
      const tenths = tenthsOf(found).map((ms) => ms.toFixed(1));
      console.log(
        [
          `${kind}: ${pictures} pictures, ${offsets.length} beeps`,
          `offset ${median(offsets).toFixed(1)} ms (${farthest.join(" to ")}), of each tenth ${tenths.join(" ")}`,
          ...(unsent === undefined ? [`steps of the counter ${JSON.stringify([...steps])}`] : []),
          costs,
        ].join("; "),
      );
      return found;
    },
    close: async () => {
      await api.stop();
      await services.stop();
    },
  };
}

export type SourceStack = Awaited<ReturnType<typeof startSourceStack>>;

/** All that came is in the recording, once and in order, and sound is with its picture from the beginning to the end. */
export function requireWhole(recording: Recording, found: Recorded): void {
  const { kind, seconds, task, received } = recording;
  const { limitMs, unsent }: Row = rows[kind];
  expect(task, kind).toMatchObject({
    ...{ state: "stopped", attempt: 1, discontinuities: 0, warnings: [] },
  });
  expect(found.pictures, kind).toBe(task.mp4?.frames);
  if (unsent === undefined) {
    expect(found.pictures, kind).toBe(received);
    expect([...found.steps.keys()].filter((step) => step < 1)).toEqual([]);
  } else {
    expect(found.pictures, kind).toBeLessThanOrEqual(30 * seconds);
    expect(found.pictures, kind).toBeGreaterThanOrEqual(30 * seconds - unsent);
  }
  expect(found.offsets.length, kind).toBeGreaterThan(0.9 * seconds - 6);
  for (const tenth of tenthsOf(found)) expect(Math.abs(tenth), kind).toBeLessThan(limitMs);
}
