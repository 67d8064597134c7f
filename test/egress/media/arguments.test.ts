import { describe, expect, it } from "vitest";
import {
  planTracks,
  readingArguments,
  recordingArguments,
} from "../../../egress/src/media/arguments.ts";

describe("what becomes of the tracks of a source", () => {
  it.each([
    [
      "what most sources have",
      { video: "h264", audio: "aac" },
      undefined,
      "described",
      "copy",
      "copy",
    ],
    [
      "AAC with its headers",
      { video: "h264", audio: "aac" },
      undefined,
      "adts",
      "copy",
      "copy-adts",
    ],
    [
      "AAC by RTP, of which ffmpeg would copy nothing",
      { video: "h264", audio: "aac" },
      undefined,
      "unmarked",
      "copy",
      "encode",
    ],
    [
      "another codec of pictures",
      { video: "vp8", audio: "aac" },
      undefined,
      "described",
      "encode",
      "copy",
    ],
    [
      "another codec of sound",
      { video: "h264", audio: "opus" },
      undefined,
      "adts",
      "copy",
      "encode",
    ],
    [
      "a size that was asked for",
      { video: "h264", audio: "aac" },
      360,
      "described",
      "encode",
      "copy",
    ],
    ["pictures alone", { video: "h264", audio: undefined }, undefined, "described", "copy", "copy"],
  ] as const)("keeps all that it can of %s", (_, facts, height, aac, video, audio) => {
    expect(planTracks(facts, { height, aac })).toEqual({ video, audio });
  });

  it("leaves out of what nothing comes", () => {
    const codecs = { video: "h264", audio: "aac" };
    const wanted = { height: undefined, aac: "unmarked" } as const;
    const plan = planTracks(codecs, { ...wanted, without: ["audio"] });
    expect(plan).toEqual({ video: "copy", audio: "drop" });
    const asked = {
      inputArguments: ["-i", "rtsp://192.0.2.1"],
      height: undefined,
      folder: "/w/p0",
    };
    const command = recordingArguments({ ...asked, plan });
    expect(command.slice(command.indexOf("-i") + 2, command.indexOf("-f"))).toEqual([
      ...["-map", "0:v:0?", "-c:v", "copy"],
    ]);
    const sound = planTracks(codecs, { ...wanted, without: ["video"] });
    const other = recordingArguments({ ...asked, plan: sound });
    expect(other.slice(other.indexOf("-i") + 2, other.indexOf("-f"))).toEqual([
      ...["-map", "0:a:0?", "-c:a", "aac", "-b:a", "128k", "-af", "aresample=async=1000"],
    ]);
  });
});

describe("the command of a recording", () => {
  const inputArguments = ["-i", "srt://192.0.2.1:9000?mode=caller"];

  it("copies into segments of two seconds, each with its time", () => {
    const plan = { video: "copy", audio: "copy-adts" } as const;
    expect(
      recordingArguments({ inputArguments, plan, height: undefined, folder: "/w/p0" }),
    ).toEqual([
      ...["-hide_banner", "-loglevel", "info", "-nostats", "-progress", "pipe:1"],
      ...["-stats_period", "1", "-i", "srt://192.0.2.1:9000?mode=caller"],
      ...["-map", "0:v:0?", "-map", "0:a:0?", "-c:v", "copy"],
      ...["-c:a", "copy", "-bsf:a", "aac_adtstoasc"],
      ...["-f", "hls", "-hls_time", "2", "-hls_playlist_type", "event"],
      ...["-hls_segment_type", "fmp4", "-hls_fmp4_init_filename", "init.mp4"],
      ...["-hls_flags", "independent_segments+temp_file+program_date_time"],
      ...["-hls_segment_filename", "/w/p0/s%07d.m4s", "/w/p0/index.m3u8"],
    ]);
  });

  it("encodes with a key picture where each segment begins", () => {
    const plan = { video: "encode", audio: "encode" } as const;
    const args = recordingArguments({ inputArguments, plan, height: 360, folder: "/w/p0" });
    expect(args.slice(14, 34)).toEqual([
      ...["-c:v", "libx264", "-preset", "veryfast", "-pix_fmt", "yuv420p"],
      ...["-fps_mode", "vfr", "-enc_time_base", "demux"],
      ...["-force_key_frames", "expr:gte(t,n_forced*2)", "-vf", "scale=-2:360"],
      ...["-c:a", "aac", "-b:a", "128k", "-af", "aresample=async=1000"],
    ]);
  });

  it("encodes what is grabbed at a fixed rate, from two inputs, and has it looked at for emptiness", () => {
    const plan = { video: "encode", audio: "encode" } as const;
    const asked = { inputArguments: ["-i", ":7"], plan, height: 360, folder: "/w/p0" };
    expect(recordingArguments({ ...asked, capture: { rate: 30 } }).slice(6, -15)).toEqual([
      ...["-stats_period", "1", "-i", ":7", "-map", "0:v:0?", "-map", "1:a:0"],
      ...["-c:v", "libx264", "-preset", "veryfast", "-pix_fmt", "yuv420p"],
      ...["-force_key_frames", "expr:gte(t,n_forced*2)"],
      ...["-maxrate", "4M", "-bufsize", "8M", "-threads", "2", "-vf"],
      "fps=30:start_time=0,scale=-2:360,format=yuv420p,blackdetect=d=2:pix_th=0.01:pic_th=0.995",
      ...["-c:a", "aac", "-b:a", "128k", "-af"],
      "aresample=async=1000:first_pts=0,silencedetect=noise=-60dB:duration=2",
    ]);
  });

  it("ends by itself where a time is set", () => {
    const plan = { video: "copy", audio: "copy" } as const;
    const args = recordingArguments({
      inputArguments,
      plan,
      height: undefined,
      folder: "/w",
      seconds: 8,
    });
    expect(args.slice(-17, -13)).toEqual(["-t", "8", "-f", "hls"]);
  });

  it("hands over every picture and all sound of a recording, both from its time 0", () => {
    const looked = { width: 64, height: 36, sampleRate: 48_000 };
    const to = { pictures: "/w/pictures", sound: "/w/sound" };
    expect(readingArguments("/w/index.m3u8", looked, to)).toEqual([
      ...["-nostdin", "-hide_banner", "-v", "error", "-y"],
      ...["-protocol_whitelist", "file,crypto", "-copyts", "-i", "/w/index.m3u8"],
      ...["-map", "0:v:0", "-vf", "scale=64:36:flags=area,format=gray"],
      ...["-fps_mode", "passthrough", "-f", "rawvideo", "/w/pictures", "-map", "0:a:0"],
      ...["-af", "aresample=async=1:first_pts=0", "-ac", "1", "-ar", "48000"],
      ...["-f", "s16le", "/w/sound"],
    ]);
  });
});
