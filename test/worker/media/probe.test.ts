import { describe, expect, it } from "vitest";
import { JobFailure } from "../../../worker/src/failure.ts";
import type { MediaTools } from "../../../worker/src/media/ffmpeg.ts";
import { sourceInfo } from "../../../media/source.ts";
import { answer, describeFile, packetsOf, type FakeFile } from "./fake-file.ts";
import { aFile, audio, heads, pictures, probe, soundPackets, video } from "./probing.ts";

const subtitles = { index: 2, codec_type: "subtitle", codec_name: "subrip" };

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}

describe("a probed file", () => {
  it("is described by its packets", async () => {
    const source = await probe(aFile());
    expect(source).toMatchObject({
      ...{ demuxer: "mov", sizeBytes: heads.mov.length, closesLeaps: false, startTime: 0 },
      timeline: { origin: 0, leaps: [] },
      video: { index: 0, codec: "h264", fps: { num: 25, den: 1 }, fieldOrder: undefined },
      audio: { indices: [1], codec: "aac", channels: 2, sampleRate: 48000 },
      warnings: [],
    });
    expect(source.choices.map(({ subject }) => subject)).toEqual(["colour", "audio"]);
    expect(sourceInfo(source)).toEqual({
      ...{ container: "mov", durationSeconds: 10, sizeBytes: heads.mov.length },
      video: { codec: "h264", width: 1280, height: 720, fps: 25 },
      audio: { codec: "aac", channels: 2, sampleRate: 48000 },
    });
  });

  it.each<[string, Partial<FakeFile>, number]>([
    ["with the picture", { packets: [...pictures, ...soundPackets(1, 3)] }, 10],
    ["with sound that goes on", { packets: [...pictures, ...soundPackets(1, 60)] }, 60],
    ["whatever the container states", { format: { duration: "9000", start_time: "0" } }, 10],
    [
      "without what tracks that are not used hold",
      {
        streams: [video, audio, subtitles],
        packets: [...pictures, ...soundPackets(1), "2,500.0,500.0,2.0,20,K__"],
      },
      10,
    ],
    [
      "from its own start",
      {
        format: { start_time: "90.000000" },
        packets: [
          ...packetsOf({ index: 0, step: 0.04, seconds: 10, start: 90 }),
          ...packetsOf({ index: 1, step: 0.02, seconds: 10, start: 90 }),
        ],
      },
      10,
    ],
  ])("lasts as long as it does, %s", async (_title, changes, wanted) => {
    const { durationSeconds } = await probe(aFile(changes));
    expect(rounded(durationSeconds)).toBe(wanted);
  });

  it.each<[string, Partial<FakeFile>, number | undefined]>([
    ["of sound alone", { streams: [audio] }, undefined],
    ["whose picture has no packets", { packets: soundPackets(1) }, undefined],
    [
      "of sound with a cover",
      { streams: [audio, { ...video, index: 2, disposition: { attached_pic: 1 } }] },
      2,
    ],
  ])("%s becomes sound", async (_title, changes, cover) => {
    const source = await probe(aFile(changes));
    expect(source).toMatchObject({ video: undefined, cover, audio: { indices: [1] } });
    expect(rounded(source.durationSeconds)).toBe(10);
  });

  it("has fields where the pictures show them, whatever is stated", async () => {
    const stated = { ...video, field_order: "progressive" };
    const fields = Array.from({ length: 40 }, () => "tff");
    const source = await probe(aFile({ streams: [stated, audio], fields }));
    expect(source.video).toMatchObject({ fieldOrder: "tff", fps: { num: 50, den: 1 } });
  });

  const whole = Array.from({ length: 12 }, () => "progressive");
  const first = ["2.000 12", "6.000 12"];
  it.each([
    { seconds: 5, fields: ["tff"], looks: ["0.000 160"] },
    { seconds: 10, fields: whole, looks: first },
    { seconds: 10, fields: ["tff"], looks: [...first, "2.000 40", "6.000 40"] },
  ])("of $seconds s with $fields is looked at $looks", async ({ seconds, fields, looks }) => {
    const file = aFile({ packets: packetsOf({ index: 0, step: 0.04, seconds }), fields });
    const seen: string[] = [];
    await probe(file, {
      run: (tool, args, options) => {
        const after = (option: string): string => args[args.indexOf(option) + 1] ?? "";
        if (tool === "ffmpeg") seen.push(`${after("-ss")} ${after("-frames:v")}`);
        return Promise.resolve(answer(describeFile(file, tool, args), options));
      },
    });
    expect(seen).toEqual(looks);
  });

  it("keeps the shapes of a broadcast", async () => {
    const keyframes = ["0.0,720,576,16:15", "2.0,720,576,64:45"];
    const source = await probe(aFile({ keyframes }), { container: "mpegts" });
    expect(source).toMatchObject({ demuxer: "mpegts", closesLeaps: true });
    expect(source.video?.picture.displayed).toEqual({ width: 1024, height: 576 });
    expect(source.video?.picture.changes.map(({ at }) => at)).toEqual([0, 2]);
  });
});

describe("a broadcast of which not all is decoded", () => {
  const radio = { ...audio, index: 2, start_time: "90.000000" };
  const file = aFile({
    format: { start_time: "90.000000" },
    programs: [{ streams: [radio] }, { streams: [video, audio] }],
    streams: [{ ...video, start_time: "93.000000" }, { ...audio, start_time: "93.020000" }, radio],
    packets: [
      ...packetsOf({ index: 2, step: 0.02, seconds: 13, start: 90 }),
      ...packetsOf({ index: 0, step: 0.04, seconds: 10, start: 93 }),
      ...packetsOf({ index: 1, step: 0.02, seconds: 10, start: 93.02 }),
    ],
  });

  it("is counted from the first track that is, as ffmpeg does where clocks leap", async () => {
    const source = await probe(file, { container: "mpegts" });
    expect(source).toMatchObject({ startTime: 93, timeline: { origin: 0, leaps: [] } });
    expect(rounded(source.video?.span.start ?? -1)).toBe(0);
    expect(rounded(source.audio?.span.start ?? -1)).toBe(0.02);
  });

  it("is counted from the first track of all in other containers", async () => {
    const source = await probe(file);
    expect(source).toMatchObject({ startTime: 90, timeline: { origin: 3, leaps: [] } });
    expect(rounded(source.video?.span.start ?? -1)).toBe(0);
  });
});

describe("a probed file is refused", () => {
  it.each<[string, Partial<FakeFile>, string]>([
    ["for no track that plays", { streams: [subtitles], packets: [] }, "nothing-to-play"],
    ["for tracks without packets", { packets: [] }, "nothing-to-play"],
    [
      "for a codec that is not supported",
      { streams: [{ ...video, codec_name: "xbin" }] },
      "video-codec-unsupported",
    ],
    [
      "for stamps that go back",
      { packets: [...pictures, ...soundPackets(1), ...pictures] },
      "source-unsupported",
    ],
    ["for a giant picture", { streams: [{ ...video, width: 32768 }] }, "picture-too-large"],
    ["for a tiny picture", { streams: [{ ...video, width: 8 }] }, "picture-too-small"],
    [
      "for too many streams",
      { streams: Array.from({ length: 13 }, (_, index) => ({ ...video, index })) },
      "too-many-streams",
    ],
    [
      "for its length",
      { packets: packetsOf({ index: 0, step: 1, seconds: 3602 }) },
      "source-too-long",
    ],
  ])("%s", async (_title, changes, code) => {
    await expect(probe(aFile(changes))).rejects.toMatchObject({ code, kind: "input" });
  });

  it.each([
    ["encoder-failed", "source-unreadable"],
    ["encoder-stalled", "source-unreadable"],
    ["encoder-crashed", "encoder-crashed"],
    ["scratch-full", "scratch-full"],
  ] as const)("when ffprobe ends with %s, as %s", async (code, wanted) => {
    const run = () => Promise.reject(new JobFailure(code));
    await expect(probe(aFile(), { run })).rejects.toMatchObject({ code: wanted });
  });

  it("but not when the look for fields fails", async () => {
    const file = aFile();
    const run: MediaTools["run"] = (tool, args, options) =>
      tool === "ffmpeg"
        ? Promise.reject(new JobFailure("encoder-failed"))
        : Promise.resolve(answer(describeFile(file, tool, args), options));
    await expect(probe(file, { run })).resolves.toMatchObject({ demuxer: "mov" });
  });
});

describe("the packets of a file", () => {
  const isReport = (args: readonly string[]) => args.includes("-show_streams");
  const isPackets = (args: readonly string[]) => args.join(" ").includes("packet=");

  it("are read beside the description, whichever ends first", async () => {
    const file = aFile();
    const begun: string[] = [];
    const packets = Promise.withResolvers<undefined>();
    const source = await probe(file, {
      run: async (tool, args, options) => {
        const text = answer(describeFile(file, tool, args), options);
        if (isReport(args)) {
          begun.push("report");
          await packets.promise;
        }
        if (isPackets(args)) {
          begun.push("packets");
          packets.resolve(undefined);
        }
        return text;
      },
    });
    expect(begun.toSorted()).toEqual(["packets", "report"]);
    expect(rounded(source.durationSeconds)).toBe(10);
  });

  it("are read no further where the file cannot be described", async () => {
    let stopped = false;
    const run: MediaTools["run"] = (_tool, args, { signal }) => {
      if (isReport(args)) return Promise.reject(new JobFailure("encoder-failed"));
      return new Promise((_resolve, reject) => {
        signal.addEventListener("abort", () => {
          stopped = true;
          reject(new Error("killed"));
        });
      });
    };
    await expect(probe(aFile(), { run })).rejects.toMatchObject({ code: "source-unreadable" });
    expect(stopped).toBe(true);
  });
});
