import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { MediaTools } from "../../../worker/src/media/ffmpeg.ts";
import { parseInit } from "../../../worker/src/media/init-segment.ts";
import { answer, describeFile, packetsOf, type FakeFile } from "../media/fake-file.ts";
import { aacEntry, avcEntry, initSegment, mediaSegment } from "../media/mp4.ts";

const fps = 30;
const timescale = 15_360;

/** `seconds` of 854 × 480 pictures at 30 frames per second, with sound. */
function sourceFile(seconds: number): FakeFile {
  const rates = { avg_frame_rate: "30/1", r_frame_rate: "30/1" };
  const size = { width: 854, height: 480 };
  const sound = { channels: 2, channel_layout: "stereo", sample_rate: "48000" };
  return {
    streams: [
      { index: 0, codec_type: "video", codec_name: "h264", ...size, ...rates },
      { index: 1, codec_type: "audio", codec_name: "aac", ...sound },
    ],
    packets: [
      ...packetsOf({ index: 0, step: 1 / fps, seconds }),
      ...packetsOf({ index: 1, step: 0.02, seconds }),
    ],
    samples: { 1: Array.from({ length: 200 }, () => 960) },
  };
}

const tags = {
  ...{ color_space: "smpte170m", color_primaries: "smpte170m" },
  ...{ color_transfer: "smpte170m", color_range: "tv" },
};

/** What ffprobe prints about a track of the result, by its initialisation segment. */
function inspection(data: Buffer): string {
  const { width, height } = parseInit(data);
  const stream =
    width === 0
      ? { codec_name: "aac", profile: "LC", channels: 2 }
      : { codec_name: "h264", profile: "High", level: 31, width, height, ...tags };
  return JSON.stringify({ streams: [stream] });
}

export interface FakeEncode {
  readonly outputDir: string;
  readonly seconds: number;
  /** Runs after each round of segments; a throw is the failure of the encoder. */
  readonly afterSegment?: (index: number) => Promise<void>;
}

const videoFolders = [
  ["480p", [854, 480]],
  ["360p", [640, 360]],
] as const;

function writeSegment(path: string, data: Buffer): void {
  writeFileSync(`${path}.tmp`, data);
  renameSync(`${path}.tmp`, path);
}

/** Writes what ffmpeg would write for the plan of {@link sourceFile}: segments of six seconds, closed GOPs of two. */
export async function fakeEncode({ outputDir, seconds, afterSegment }: FakeEncode): Promise<void> {
  for (const folder of ["480p", "360p", "audio"])
    mkdirSync(join(outputDir, folder), { recursive: true });
  for (const [folder, [width, height]] of videoFolders) {
    const init = initSegment(avcEntry("64001f", "64001f", [width, height]), [], timescale);
    writeFileSync(join(outputDir, folder, "init_0.mp4"), init);
  }
  writeFileSync(join(outputDir, "audio/init_2.mp4"), initSegment(aacEntry("1190"), [], 48_000));
  let soundStart = 0;
  for (let index = 0; index * 6 < seconds; index += 1) {
    const name = `${String(index).padStart(5, "0")}.m4s`;
    const length = Math.min(6, seconds - index * 6);
    const duration = timescale / fps;
    const start = index * 6 * timescale;
    const frames = length * fps;
    for (const [folder] of videoFolders) {
      const data = mediaSegment({ start, duration, frames, gop: 2 * fps });
      writeSegment(join(outputDir, folder, name), data);
    }
    const sounds = Math.ceil((length * 48_000) / 1024);
    const sound = mediaSegment({ start: soundStart, duration: 1024, frames: sounds, gop: 1 });
    writeSegment(join(outputDir, "audio", name), sound);
    soundStart += sounds * 1024;
    await afterSegment?.(index);
  }
}

export interface FakeToolCall {
  readonly tool: string;
  readonly args: readonly string[];
  readonly stdin: Buffer;
}

/** Media tools that start no process. The source lasts `seconds`; changes replace one of the two functions. */
export function fakeMediaTools(seconds: number, changes: Partial<MediaTools> = {}) {
  const calls: FakeToolCall[] = [];
  const tools: MediaTools = {
    encode: async (args, { onProgress }) => {
      const outputDir = (args.at(-1) ?? "").replace("/%v/index.m3u8", "");
      await fakeEncode({ outputDir, seconds });
      onProgress({ seconds, fps: 60, speed: 2, done: true });
    },
    run: async (tool, args, options) => {
      const data = Buffer.concat(((await options.stdin?.toArray()) ?? []) as Buffer[]);
      calls.push({ tool, args, stdin: data });
      if (!args.includes("pipe:0")) {
        return answer(describeFile(sourceFile(seconds), tool, args), options);
      }
      if (tool === "ffprobe") return inspection(data);
      const output = args.at(-1) ?? "";
      // What reads only, writes to "-".
      if (output.startsWith("file:")) writeFileSync(output.replace("file:", ""), "poster");
      return "";
    },
    ...changes,
  };
  return { tools, calls };
}
