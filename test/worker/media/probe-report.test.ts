import { describe, expect, it } from "vitest";
import { JobFailure } from "../../../worker/src/failure.ts";
import { parseProbe } from "../../../worker/src/media/probe-report.ts";

const limits = { maxSeconds: 3600, maxPixels: 7680 * 4352, maxStreams: 8 };

const video = {
  index: 0,
  codec_type: "video",
  codec_name: "h264",
  width: 1280,
  height: 720,
  sample_aspect_ratio: "1:1",
  avg_frame_rate: "30/1",
  r_frame_rate: "30/1",
  duration: "10.000000",
  disposition: { default: 1, attached_pic: 0 },
};
const audio = {
  index: 1,
  codec_type: "audio",
  codec_name: "aac",
  channels: 2,
  sample_rate: "48000",
  duration: "10.0",
};

function parse(streams: object[], format: object = { duration: "10.0", size: "1000" }) {
  return parseProbe(JSON.stringify({ format, streams }), "mov", limits);
}

function refusal(streams: object[], format?: object): string {
  try {
    parse(streams, format);
  } catch (error) {
    if (error instanceof JobFailure) return `${error.kind} ${error.code}`;
    throw error;
  }
  return "accepted";
}

describe("the probe report", () => {
  it("becomes a source", () => {
    expect(parse([video, audio])).toEqual({
      demuxer: "mov",
      durationSeconds: 10,
      sizeBytes: 1000,
      video: {
        index: 0,
        codec: "h264",
        width: 1280,
        height: 720,
        fps: { num: 30, den: 1 },
        statedFps: 30,
        interlaced: false,
        hdr: false,
        durationSeconds: 10,
      },
      audio: { index: 1, codec: "aac", channels: 2, sampleRate: 48000, durationSeconds: 10 },
    });
  });

  it.each([
    ["turned by 90 degrees", { side_data_list: [{ rotation: -90 }] }, [720, 1280]],
    ["turned by 180 degrees", { side_data_list: [{ rotation: 180 }] }, [1280, 720]],
    ["with wide pixels", { width: 720, height: 576, sample_aspect_ratio: "64:45" }, [1024, 576]],
    ["with unknown pixels", { sample_aspect_ratio: "0:1" }, [1280, 720]],
  ])("shows the displayed size of a picture %s", (_title, change, [width, height]) => {
    expect(parse([{ ...video, ...change }]).video).toMatchObject({ width, height });
  });

  it.each([
    ["interlaced", { field_order: "tt" }, { interlaced: true }],
    ["progressive", { field_order: "progressive" }, { interlaced: false }],
    ["PQ", { color_transfer: "smpte2084" }, { hdr: true }],
    ["HLG", { color_transfer: "arib-std-b67" }, { hdr: true }],
    [
      "Matroska's tagged length",
      { duration: undefined, tags: { DURATION: "00:01:05.500000000" } },
      { durationSeconds: 65.5 },
    ],
  ])("recognises %s", (_title, change, wanted) => {
    expect(parse([{ ...video, ...change }]).video).toMatchObject(wanted);
  });

  it("passes over cover art and prefers the default streams", () => {
    const cover = { ...video, codec_name: "mjpeg", disposition: { attached_pic: 1, default: 1 } };
    const second = { ...video, index: 2 };
    const other = { ...audio, index: 3 };
    const chosen = { ...audio, index: 4, disposition: { default: 1 } };
    const source = parse([cover, second, other, chosen]);
    expect([source.video.index, source.audio?.index]).toEqual([2, 4]);
  });

  it.each<[string, object[], object | undefined, string]>([
    ["no video", [audio], undefined, "input no-video"],
    [
      "a foreign codec",
      [{ ...video, codec_name: "xbin" }],
      undefined,
      "input video-codec-unsupported",
    ],
    ["no codec", [{ ...video, codec_name: undefined }], undefined, "input video-codec-unsupported"],
    [
      "foreign sound",
      [video, { ...audio, codec_name: "ac4" }],
      undefined,
      "input audio-codec-unsupported",
    ],
    [
      "a giant picture",
      [{ ...video, width: 32768, height: 32768 }],
      undefined,
      "input picture-too-large",
    ],
    ["a tiny picture", [{ ...video, width: 8, height: 8 }], undefined, "input picture-too-small"],
    [
      "too many streams",
      Array.from({ length: 9 }, () => video),
      undefined,
      "input too-many-streams",
    ],
    ["too long a film", [video], { duration: "3601" }, "input source-too-long"],
    ["no duration", [{ ...video, duration: undefined }], {}, "input duration-unknown"],
  ])("is refused for %s", (_title, streams, format, wanted) => {
    expect(refusal(streams, format)).toBe(wanted);
  });
});
