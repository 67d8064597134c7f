import { describe, expect, it } from "vitest";
import { JobFailure } from "../../../worker/src/failure.ts";
import type { StreamScan } from "../../../media/packet-scan.ts";
import type { ProbedStream } from "../../../media/probe-report.ts";
import { chooseVideo, readVideo, type VideoFacts } from "../../../worker/src/media/read-video.ts";

function film(index: number, change: Partial<ProbedStream> = {}): ProbedStream {
  const rates = { avg_frame_rate: "25/1", r_frame_rate: "25/1" };
  const size = { width: 1280, height: 720, pix_fmt: "yuv420p" };
  return { index, codec_type: "video", codec_name: "h264", ...size, ...rates, ...change };
}

function scanOf(index: number, seconds = 4): StreamScan {
  const times = Array.from({ length: seconds * 25 }, (_, at) => at / 25);
  return { index, times, lastDuration: 0.04, keyTimes: times.slice(0, 1) };
}

/** The index of the chosen stream, or why there is none; all streams but `empty` have packets. */
function choice(streams: readonly ProbedStream[], empty: readonly number[] = []): unknown {
  const present = streams.filter(({ index }) => !empty.includes(index));
  return choiceOf(streams, new Map(present.map(({ index }) => [index, scanOf(index)])));
}

function choiceOf(
  streams: readonly ProbedStream[],
  scans: ReadonlyMap<number, StreamScan>,
): unknown {
  try {
    return chooseVideo(streams, scans)?.index;
  } catch (error) {
    if (error instanceof JobFailure) return `${error.code}: ${error.message}`;
    throw error;
  }
}

const sound = { index: 9, codec_type: "audio", codec_name: "aac" };
const cover = { codec_name: "mjpeg", disposition: { attached_pic: 1, default: 1 } };

describe("the film in a file", () => {
  it.each<[string, ProbedStream[], number[], unknown]>([
    ["is the only video", [sound, film(1)], [], 1],
    ["is the default video", [film(0), film(1, { disposition: { default: 1 } })], [], 1],
    ["is not the cover", [film(0, cover), film(1)], [], 1],
    ["is no preview", [film(0, { disposition: { timed_thumbnails: 1 } }), film(1)], [], 1],
    ["is no still", [film(0, { disposition: { still_image: 1 } }), film(1)], [], 1],
    ["has packets", [film(0, { disposition: { default: 1 } }), film(1)], [0], 1],
    ["is missing where there is sound alone", [sound], [], undefined],
    ["is missing where there is a cover alone", [sound, film(0, cover)], [], undefined],
    ["is missing where no video has packets", [film(0)], [0], undefined],
    [
      "is refused in a codec that is not supported",
      [film(0, { codec_name: "xbin" })],
      [],
      "video-codec-unsupported: The video codec is not supported. It is xbin.",
    ],
    [
      "is refused without a codec",
      [film(0, { codec_name: undefined })],
      [],
      "video-codec-unsupported: The video codec is not supported. It is unknown.",
    ],
    [
      "is refused in Dolby Vision's profile 5",
      [film(0, { codec_name: "hevc", side_data_list: [{ dv_profile: 5 }] })],
      [],
      "video-codec-unsupported: The video codec is not supported. It is Dolby Vision profile 5; profiles 7 and 8 carry pictures that can be read.",
    ],
    [
      "is taken in Dolby Vision's profile 8",
      [film(0, { codec_name: "hevc", side_data_list: [{ dv_profile: 8 }] })],
      [],
      0,
    ],
  ])("%s", (_title, streams, empty, wanted) => {
    expect(choice(streams, empty)).toBe(wanted);
  });

  it("is not a single picture beside it, and is one where there is nothing else", () => {
    const single = { ...scanOf(0), times: [0] };
    const streams = [film(0, { disposition: { default: 1 } }), film(1)];
    expect(choiceOf(streams, new Map([single, scanOf(1)].map((scan) => [scan.index, scan])))).toBe(
      1,
    );
    expect(choiceOf(streams, new Map([[0, single]]))).toBe(0);
  });
});

function facts(change: Partial<ProbedStream>, others: Partial<VideoFacts> = {}): VideoFacts {
  return {
    stream: film(0, change),
    scan: scanOf(0),
    timeline: { origin: 0, leaps: [] },
    fields: { tff: 0, bff: 0, progressive: 0 },
    changes: [],
    limits: { maxPixels: 10_000_000 },
    ...others,
  };
}

describe("what is known of a film", () => {
  it.each<[string, VideoFacts, object]>([
    [
      "in frames",
      facts({}),
      {
        ...{ index: 0, codec: "h264", pixelFormat: "yuv420p", hasAlpha: false },
        ...{ fieldOrder: undefined, fps: { num: 25, den: 1 }, sourceFps: { num: 25, den: 1 } },
        ...{ span: { start: 0, end: 4 }, keyTimes: [0], busiest: undefined },
        fastest: expect.closeTo(25) as number,
      },
    ],
    [
      "in fields, each of which becomes a picture",
      facts({ field_order: "tt" }, { fields: { tff: 70, bff: 0, progressive: 10 } }),
      { fieldOrder: "tff", fps: { num: 50, den: 1 }, sourceFps: { num: 25, den: 1 } },
    ],
    [
      "in fields with packets of their own",
      facts(
        { field_order: "tt", r_frame_rate: "50/1" },
        {
          fields: { tff: 70, bff: 0, progressive: 10 },
          scan: { ...scanOf(0), times: Array.from({ length: 200 }, (_, at) => at / 50) },
        },
      ),
      { fieldOrder: "tff", fps: { num: 50, den: 1 }, sourceFps: { num: 25, den: 1 } },
    ],
    [
      "at twice what any result has",
      facts(
        { avg_frame_rate: "120/1", r_frame_rate: "120/1" },
        { scan: { ...scanOf(0), times: Array.from({ length: 480 }, (_, at) => at / 120) } },
      ),
      { fps: { num: 240, den: 2 }, sourceFps: { num: 240, den: 2 } },
    ],
    ["with alpha", facts({ pix_fmt: "yuva444p10le" }), { hasAlpha: true }],
    ["with a palette", facts({ pix_fmt: "pal8" }), { hasAlpha: true }],
    [
      "whose clock leaps, which has no part in its rate",
      facts(
        { avg_frame_rate: "1/1", r_frame_rate: "90000/1" },
        {
          scan: {
            ...scanOf(0),
            times: scanOf(0).times.map((time) => (time < 2 ? time : time + 900)),
          },
          timeline: { origin: 0, leaps: [{ at: 902, seconds: 900 }] },
        },
      ),
      { fps: { num: 25, den: 1 }, span: { start: 0, end: 4 } },
    ],
  ])("%s", (_title, given, wanted) => {
    const video = readVideo(given);
    const span = { start: video.span.start, end: Math.round(video.span.end * 1e6) / 1e6 };
    expect({ ...video, span }).toMatchObject(wanted);
  });

  it("throws for a picture that is too large", () => {
    expect(() => readVideo(facts({ width: 8192, height: 8192 }))).toThrow("8192 by 8192");
  });
});
