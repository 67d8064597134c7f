import { beforeAll, describe, expect, it } from "vitest";
import type { EarlyStream } from "@framewright/contracts/early-stream.ts";
import { newId } from "../../../api/ids.ts";
import { signPlayback } from "../../../api/keys/playback-token.ts";
import { clientKey, sharedClientApp, jobRow, playbackSecret } from "../fakes.ts";

const later = new Date(Date.now() + 3_600_000);
let shared: Awaited<ReturnType<typeof sharedClientApp>>;
beforeAll(async () => {
  shared = await sharedClientApp();
});

const stream: EarlyStream = {
  segmentSeconds: 6,
  picture: {
    ...{ name: "360p", codecs: "avc1.64001e", width: 640, height: 360, fps: 25, kbps: 800 },
  },
  sound: { name: "audio", codecs: "mp4a.40.2", channels: 2, kbps: 128 },
};

function build(stored: readonly string[]) {
  const built = { ...shared, ...shared.fresh() };
  const id = newId();
  for (const path of stored) built.store.files.set(`jobs/${id}/a3/${path}`, path);
  const token = signPlayback({ jobId: id, expiresAt: later }, playbackSecret);
  const get = async (path: string) => {
    const answer = await built.app.inject({ url: `/v1/playback/${token}/early/3/${path}` });
    return answer.statusCode === 200 ? answer : answer.statusCode;
  };
  const text = async (path: string) => {
    const answer = await get(path);
    return typeof answer === "number" ? answer : answer.body;
  };
  return { ...built, id, get, text };
}

const segments = ["360p/init.mp4", "360p/00000.m4s", "360p/00001.m4s", "360p/00002.m4s"];

describe("early playback of a running attempt", () => {
  it("offers one rendition with its sound", async () => {
    const { service, get } = build([]);
    service.earlyState = { is: "running", stream };
    const answer = await get("master.m3u8");
    expect(answer).toMatchObject({
      body: [
        ...["#EXTM3U", "#EXT-X-VERSION:7", "#EXT-X-INDEPENDENT-SEGMENTS"],
        '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="audio",NAME="Audio",DEFAULT=YES,AUTOSELECT=YES,CHANNELS="2",URI="audio/index.m3u8"',
        '#EXT-X-STREAM-INF:BANDWIDTH=928000,AVERAGE-BANDWIDTH=928000,CODECS="avc1.64001e,mp4a.40.2",RESOLUTION=640x360,FRAME-RATE=25.000,AUDIO="audio"',
        ...["360p/index.m3u8", ""],
      ].join("\n"),
      headers: { "cache-control": "no-cache", "content-type": "application/vnd.apple.mpegurl" },
    });
  });

  it("is listed for all who ask at once, also where the first of them leaves", async () => {
    const { app, service, store, id, text } = build(segments);
    service.earlyState = { is: "running", stream };
    const { sizes } = store;
    const asked = Promise.withResolvers<undefined>();
    const answered = Promise.withResolvers<undefined>();
    store.sizes = async (prefix, signal) => {
      asked.resolve(undefined);
      await answered.promise;
      signal.throwIfAborted();
      return sizes(prefix, signal);
    };
    const leaving = new AbortController();
    const token = signPlayback({ jobId: id, expiresAt: later }, playbackSecret);
    const url = `/v1/playback/${token}/early/3/360p/index.m3u8`;
    const left = app.inject({ url, signal: leaving.signal }).catch(() => "left");
    await asked.promise;
    const stays = text("360p/index.m3u8");
    leaving.abort();
    expect(await left).toBe("left");
    answered.resolve(undefined);
    expect(await stays).toContain("00000.m4s");
  });

  it("lists what has arrived without a gap, but for the newest", async () => {
    const { service, text } = build([...segments, "360p/00004.m4s"]);
    service.earlyState = { is: "running", stream };
    const lines = String(await text("360p/index.m3u8")).split("\n");
    expect(lines.filter((line) => line.endsWith(".m4s"))).toEqual(["00000.m4s", "00001.m4s"]);
    expect(lines).toContain("#EXT-X-PLAYLIST-TYPE:EVENT");
    expect(lines).not.toContain("#EXT-X-ENDLIST");
    expect(await text("360p/00001.m4s")).toBe("360p/00001.m4s");
  });

  it("lists nothing before the initialisation segment is there", async () => {
    const { service, text } = build(["360p/00000.m4s", "360p/00001.m4s"]);
    service.earlyState = { is: "running", stream };
    expect(await text("360p/index.m3u8")).not.toContain(".m4s");
  });

  it.each(["720p/00000.m4s", "poster.jpg", "360p/a/00000.m4s", "360p/secret", "master.mpd"])(
    "shows nothing else of it, such as %s",
    async (path) => {
      const { service, get } = build([path]);
      service.earlyState = { is: "running", stream };
      expect(await get(path)).toBe(404);
    },
  );

  it("ends with 404 when the attempt is gone", async () => {
    const { get } = build(segments);
    expect(await get("master.m3u8")).toBe(404);
    expect(await get("360p/00000.m4s")).toBe(404);
  });

  it("goes over into what was published, with an end", async () => {
    const { service, store, id, text } = build(segments);
    service.earlyState = { is: "published" };
    const finished = "#EXTM3U\n#EXT-X-PLAYLIST-TYPE:VOD\n#EXTINF:2,\n00000.m4s\n#EXT-X-ENDLIST\n";
    store.files.set(`jobs/${id}/a3/360p/index.m3u8`, finished);
    expect(await text("360p/index.m3u8")).toBe(finished.replace("VOD", "EVENT"));
    expect(await text("360p/00002.m4s")).toBe("360p/00002.m4s");
    expect(await text("480p/index.m3u8")).toBe(404);
  });
});

describe("a running job", () => {
  const progress = { stage: "encoding", percent: 20 } as const;
  const view = async (change: Parameters<typeof jobRow>[0]) => {
    const built = { ...shared, ...shared.fresh() };
    const row = jobRow(change);
    built.service.jobRows = [row];
    const headers = { authorization: `Bearer ${clientKey}` };
    const answer = await built.app.inject({ url: `/v1/jobs/${row.id}`, headers });
    return answer.json<{ progress?: unknown; earlyPlaybackUrl?: string }>();
  };

  it("has an early URL of its attempt once it can be played, and its progress says nothing of it", async () => {
    const job = await view({
      state: "running",
      attempt: 3,
      progress: { ...progress, early: stream },
    });
    expect(job.earlyPlaybackUrl).toMatch(/\/v1\/playback\/[^/]+\/early\/3\/master\.m3u8$/);
    expect(job.progress).toEqual(progress);
  });

  it("has none before, and none when it waits again", async () => {
    expect((await view({ state: "running", progress })).earlyPlaybackUrl).toBeUndefined();
    const early = { ...progress, early: stream };
    expect((await view({ state: "queued", progress: early })).earlyPlaybackUrl).toBeUndefined();
  });
});
