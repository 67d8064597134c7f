import { Value } from "typebox/value";
import { describe, expect, it } from "vitest";
import { Job } from "@framewright/contracts/client-api.ts";
import type { AudioTrackResult, JobError, SubtitleResult } from "@framewright/contracts/job.ts";
import { eventView, jobView } from "../../../api/jobs/view.ts";
import { readPlayback } from "../../../api/keys/playback-token.ts";
import { sampleResult } from "../api-under-test.ts";
import { jobRow, succeededRow } from "../fakes.ts";

const links = { publicUrl: "http://api.test", secrets: ["secret"] as const, ttlSeconds: 3600 };
const error: JobError = { kind: "input", code: "no-video", message: "No video" };
const english: AudioTrackResult = {
  name: "audio-en",
  playlist: "audio-en/index.m3u8",
  codecs: "mp4a.40.2",
  channels: 6,
  language: "en",
  title: "Commentary",
  default: false,
  averageBandwidth: 128_000,
  bytes: 320_000,
};
const german: SubtitleResult = {
  name: "subtitles-de",
  playlist: "subtitles-de/index.m3u8",
  language: "de",
  forced: true,
};
const started = "2026-11-21T10:00:02.000Z";

describe("a job as clients see it", () => {
  it("has only what is known before it runs", () => {
    const row = jobRow();
    expect(jobView(row, links)).toEqual({
      id: row.id,
      kind: "transcode",
      state: "queued",
      profile: "hls-720p",
      outputs: { hls: {} },
      priority: "normal",
      input: { uploadId: row.upload_id },
      uploadId: row.upload_id,
      metadata: {},
      createdAt: "2026-11-21T10:00:00.000Z",
      cancelRequested: false,
      attempts: [],
    });
  });

  it("shows the edit that its request brought", () => {
    const edit = { clip: { start: 1 } };
    expect(jobView(jobRow({ edit }), links)).toMatchObject({ edit });
    expect(jobView(jobRow(), links)).not.toHaveProperty("edit");
  });

  it("shows the URL of an overlay without its query, which may be a secret", () => {
    const edit = { overlay: { input: { url: "https://a.example/logo.png?sig=1" }, width: 0.2 } };
    expect(jobView(jobRow({ edit }), links).edit).toEqual({
      overlay: { input: { url: "https://a.example/logo.png" }, width: 0.2 },
    });
  });

  it("shows the ladder that its request brought", () => {
    const ladder = [{ height: 540, kbps: 1200 }];
    expect(jobView(jobRow({ ladder }), links)).toMatchObject({ profile: "hls-720p", ladder });
  });

  it("shows where it stands in the queue, and when its turn may come where that is known", () => {
    const nowMs = Date.parse("2026-11-21T10:00:30Z");
    const at = (startsInMs: number | undefined) =>
      jobView(jobRow(), links, { nowMs, place: { position: 7, startsInMs } });
    expect(at(90_000)).toMatchObject({
      queuePosition: 7,
      estimatedStartAt: "2026-11-21T10:02:00.000Z",
    });
    expect(at(undefined)).toMatchObject({ queuePosition: 7 });
    expect(at(undefined)).not.toHaveProperty("estimatedStartAt");
  });

  it("shows each attempt, with its end and error where there are any", () => {
    const common = { worker: "gpu-0", startedAt: "2026-11-21T11:00:02+01:00" };
    const ended = { outcome: "failed", finishedAt: "2026-11-21T10:00:09Z", error } as const;
    const running = { outcome: "running", finishedAt: null, error: null } as const;
    const attempts = [
      { ...common, ...ended, number: 1 },
      { ...common, ...running, number: 2 },
    ];
    expect(jobView(jobRow({ attempts }), links).attempts).toEqual([
      {
        ...{ number: 1, worker: "gpu-0", outcome: "failed", startedAt: started },
        ...{ finishedAt: "2026-11-21T10:00:09.000Z", error },
      },
      { number: 2, worker: "gpu-0", outcome: "running", startedAt: started },
    ]);
  });

  it("waited from its submission to its first start, and never for less than nothing", () => {
    const at = (time: string) => jobView(jobRow({ started_at: new Date(time) }), links);
    expect(at(started)).toMatchObject({ startedAt: started, queuedMs: 2_000 });
    expect(at("2026-11-21T09:59:59Z").queuedMs).toBe(0);
  });

  it("shows the progress of a job that runs, and the error of one that failed", () => {
    const progress = { stage: "encoding", percent: 40 } as const;
    expect(jobView(jobRow({ state: "running", progress }), links).progress).toEqual(progress);
    expect(jobView(jobRow({ state: "failed", error }), links).error).toEqual(error);
  });

  it("shows the URL that it works on without its query, which may be a secret", () => {
    const source_url = "https://media.example/a%20b.mp4?sig=1#t=2";
    const view = jobView(jobRow({ upload_id: null, source_url }), links);
    expect(view.input).toEqual({ url: "https://media.example/a%20b.mp4" });
    expect(view).not.toHaveProperty("uploadId");
  });

  it("has its client's metadata, and its deadline in UTC", () => {
    const metadata = { customer: "42", "order.id": "A 7" };
    const deadline = new Date("2026-11-22T10:00:00+02:00");
    expect(jobView(jobRow({ metadata, deadline }), links)).toMatchObject({
      metadata,
      deadline: "2026-11-22T08:00:00.000Z",
    });
  });

  it("has the name that its upload had", () => {
    expect(jobView(jobRow({ file_name: "holiday.mov" }), links).fileName).toBe("holiday.mov");
  });

  it("shows the newest source that a failed attempt found, beside errors that are errors alone", () => {
    const common = { worker: "gpu-0", startedAt: started, finishedAt: started } as const;
    const source = (sizeBytes: number) => ({ ...sampleResult().source, sizeBytes });
    const attempts = [
      { ...common, number: 1, outcome: "failed", error: { ...error, source: source(1) } },
      { ...common, number: 2, outcome: "failed", error: { ...error, source: source(2) } },
      { ...common, number: 3, outcome: "lost", error },
    ] as const;
    const view = jobView(jobRow({ state: "failed", attempts, error }), links);
    expect(view.source).toEqual(source(2));
    expect(view.attempts.map((attempt) => attempt.error)).toEqual([error, error, error]);
  });

  it("is playable for a while once it has succeeded", () => {
    const row = succeededRow();
    const view = jobView(row, links, { nowMs: Date.parse("2026-11-21T10:30:00Z") });
    expect(view.playbackExpiresAt).toBe("2026-11-21T12:00:00.000Z");
    const [, token = "", file] =
      /^http:\/\/api\.test\/v1\/playback\/([^/]+)\/(.+)$/.exec(view.playbackUrl ?? "") ?? [];
    expect(file).toBe("master.m3u8");
    expect(readPlayback(token, ["secret"])).toEqual({
      jobId: row.id,
      expiresAt: new Date("2026-11-21T12:00:00Z"),
    });
    expect(view.posterUrl).toBe(`http://api.test/v1/playback/${token}/poster.jpg`);
    expect(view).toMatchObject({
      finishedAt: "2026-11-21T10:01:00.000Z",
      durationSeconds: 20,
      source: { container: "mp4" },
      renditions: [{ name: "720p" }],
      warnings: [{ code: "audio-track-left-out" }],
      choices: [{ subject: "audio", choice: "track 2" }],
    });
    expect(view).not.toHaveProperty("audioTracks");
  });

  it("shows the tracks beside the pictures, and no poster where there is no picture", () => {
    const tracks = { audioTracks: [english], subtitles: [german] };
    const result = { ...sampleResult(), poster: undefined, ...tracks };
    const view = jobView(succeededRow({ result }), links);
    expect(view).toMatchObject(tracks);
    expect(view).not.toHaveProperty("posterUrl");
  });

  it("has an address of each file that was made beside HLS", () => {
    const file = { bytes: 5, durationSeconds: 20, codecs: "avc1.64001f" };
    const outputs = {
      dash: { path: "manifest.mpd", bytes: 3, texts: [] },
      mp4: { path: "video.mp4", ...file, rendition: "720p", width: 1280, height: 720 },
      audio: { path: "audio.m4a", ...file, channels: 2 },
      thumbnails: {
        pictures: [{ path: "thumbnails/00000.jpg", atSeconds: 0 }],
        ...{ bytes: 4, width: 320, height: 180 },
      },
      sprite: {
        ...{
          path: "sprite/sprite.vtt",
          sheets: ["sprite/00000.jpg"],
          pictures: 2,
          everySeconds: 10,
        },
        ...{ columns: 2, rows: 1, bytes: 9, width: 160, height: 90 },
      },
    };
    const files = { ...sampleResult(), master: undefined, renditions: [], outputs };
    const job = jobView(jobRow({ state: "succeeded", result: files, outputs: { mp4: {} } }), links);
    expect(job).not.toHaveProperty("playbackUrl");
    expect(job.outputs).toEqual({ mp4: {} });
    const base = job.results?.thumbnails?.baseUrl ?? "";
    expect(base).toMatch(/\/v1\/playback\/[^/]+\/$/);
    expect(job.results).toEqual({
      dash: { url: `${base}manifest.mpd`, ...outputs.dash },
      mp4: { url: `${base}video.mp4`, ...outputs.mp4 },
      audio: { url: `${base}audio.m4a`, ...outputs.audio },
      thumbnails: { baseUrl: base, ...outputs.thumbnails },
      sprite: { url: `${base}sprite/sprite.vtt`, ...outputs.sprite },
    });
    expect(Value.Errors(Job, job)).toEqual([]);
  });

  it("of a result that an earlier version stored has no warnings and no choices", () => {
    const result = { ...sampleResult(), warnings: undefined, choices: undefined };
    expect(jobView(succeededRow({ result }), links)).toMatchObject({ warnings: [], choices: [] });
  });
});

it("an event has its error where there is one", () => {
  const row = { id: "12", type: "failed", attempt: 2, created_at: new Date(started) } as const;
  const view = { id: 12, type: "failed", jobId: "job-1", attempt: 2, at: started };
  expect(eventView("job-1", { ...row, error: null })).toEqual(view);
  expect(eventView("job-1", { ...row, error })).toEqual({ ...view, error });
});
