import { execFile } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { mediaProgram } from "../../support/media-program.ts";

const exec = promisify(execFile);

/** Made once per machine; a new version of the table needs a new name. */
const folder = join(tmpdir(), "framewright-corpus-v1");

export const width = 160;
export const height = 90;

const picture = `-f lavfi -i testsrc2=size=${width}x${height}:rate=10:duration=2`;
const tone = "-f lavfi -i sine=frequency=440:sample_rate=48000:duration=2";
const film = `${picture} ${tone}`;
const x264 = "-c:v libx264 -preset ultrafast -pix_fmt yuv420p -g 10 -threads 1";
const x265 = "-c:v libx265 -preset ultrafast -pix_fmt yuv420p -x265-params log-level=none:pools=1";
const mpeg2 = "-c:v mpeg2video -g 10 -q:v 4";

/** The file names' ending, and how ffmpeg makes it. */
const table = {
  mp4: ["mp4", `${film} ${x264} -c:a aac`],
  faststart: ["mp4", `${film} ${x264} -c:a aac -movflags +faststart`],
  fragmented: [
    "mp4",
    `${film} ${x264} -c:a aac -movflags +frag_keyframe+empty_moov+default_base_moof`,
  ],
  mov: ["mov", `${film} -c:v mpeg4 -g 10 -c:a pcm_s16le`],
  reordered: ["mp4", `${picture} -c:v libx264 -preset veryfast -bf 2 -pix_fmt yuv420p -threads 1`],
  prores: ["mov", `${picture} -c:v prores_ks -frames:v 6`],
  qtrle: ["mov", `${picture} -c:v qtrle -frames:v 6`],
  hevc: ["mp4", `${picture} ${x265}`],
  av1: ["mp4", `${picture} -c:v libsvtav1 -preset 12 -frames:v 6 -svtav1-params lp=1`],
  mkv: ["mkv", `${film} ${x264} -c:a libopus`],
  ffv1: ["mkv", `${picture} -c:v ffv1 -level 3 -frames:v 6`],
  webm: ["webm", `${film} -c:v libvpx -b:v 200k -g 10 -c:a libopus`],
  vp9: ["webm", `${picture} -c:v libvpx-vp9 -b:v 200k -g 10 -deadline realtime -cpu-used 8`],
  ts: ["ts", `${film} ${x264} -c:a aac`],
  mpeg2ts: ["ts", `${film} ${mpeg2} -c:a mp2`],
  mpg: ["mpg", `${film} ${mpeg2} -c:a mp2`],
  avi: ["avi", `${film} -c:v mpeg4 -g 10 -c:a libmp3lame`],
  flv: ["flv", `${film} ${x264} -c:a aac`],
  flv1: ["flv", `${film} -c:v flv -g 10 -c:a libmp3lame -ar 44100`],
  mxf: ["mxf", `${film} -r 25 ${mpeg2} -c:a pcm_s16le`],
  asf: ["asf", `${film} -c:v wmv2 -g 10 -c:a wmav2`],
  nut: ["nut", `${film} -c:v mpeg4 -g 10 -c:a mp2`],
  rm: ["rm", `${film} -s 176x144 -c:v rv10 -g 10 -c:a ac3`],
  theora: ["ogg", `${film} -c:v libtheora -g 10 -c:a libvorbis`],
  wav: ["wav", `${tone} -c:a pcm_s16le`],
  mp3: ["mp3", `${tone} -c:a libmp3lame`],
  flac: ["flac", `${tone} -c:a flac`],
  opus: ["ogg", `${tone} -c:a libopus`],
  adts: ["aac", `${tone} -c:a aac`],
  ac3: ["ac3", `${tone} -c:a ac3`],
  aiff: ["aiff", `${tone} -c:a pcm_s16be`],
  caf: ["caf", `${tone} -c:a pcm_s16be`],
  au: ["au", `${tone} -c:a pcm_s16be`],
  w64: ["w64", `${tone} -c:a pcm_s16le`],
  h264: ["h264", `${picture} ${x264}`],
  h265: ["hevc", `${picture} ${x265}`],
  ivf: ["ivf", `${picture} -c:v libvpx -b:v 200k -g 10`],
  m2v: ["m2v", `${picture} ${mpeg2}`],
  m4v: ["m4v", `${picture} -c:v mpeg4 -g 10`],
  mjpeg: ["mjpeg", `${picture} -c:v mjpeg -q:v 5 -frames:v 6`],
  gif: ["gif", `${picture} -frames:v 6`],
  apng: ["apng", `${picture} -frames:v 6`],
  y4m: ["y4m", `${picture} -pix_fmt yuv420p -frames:v 6`],
} as const satisfies Record<string, readonly [extension: string, args: string]>;

export type Base = keyof typeof table;

const made = new Map<string, Promise<Buffer>>();

async function ffmpeg(level: "error" | "fatal", args: readonly string[]): Promise<void> {
  const options = ["-nostdin", "-v", level, "-y"];
  await exec(await mediaProgram("ffmpeg"), [...options, ...args]);
}

async function make(name: string, extension: string, args: readonly string[]): Promise<Buffer> {
  const target = join(folder, `${name}.${extension}`);
  if (!existsSync(target)) {
    mkdirSync(folder, { recursive: true });
    const partial = join(folder, `${process.pid}-${name}.${extension}`);
    const exact = ["-fflags", "+bitexact", "-flags:v", "+bitexact", "-flags:a", "+bitexact"];
    await ffmpeg("error", [...args, ...exact, partial]);
    renameSync(partial, target);
  }
  return readFileSync(target);
}

/** A harmless file of this kind, 160 by 90 pixels and two seconds at most. */
export function base(name: Base): Promise<Buffer> {
  const [extension, args] = table[name];
  const bytes = made.get(name) ?? make(name, extension, args.split(" "));
  made.set(name, bytes);
  return bytes;
}

/** The same film with other arguments; the name must be theirs alone. */
export function variant(name: string, args: string): Promise<Buffer> {
  const [stem = name, extension = ""] = name.split(".");
  const bytes = made.get(name) ?? make(stem, extension, `${film} ${args}`.split(" "));
  made.set(name, bytes);
  return bytes;
}

/** Puts the streams of some bytes into another container, as they are. */
export async function remuxed(bytes: Buffer, from: string, to: string): Promise<Buffer> {
  mkdirSync(folder, { recursive: true });
  const name = join(folder, `${process.pid}-${performance.now()}`);
  const [source, target] = [`${name}.${from}`, `${name}-out.${to}`];
  writeFileSync(source, bytes);
  await ffmpeg("fatal", ["-i", source, "-c", "copy", target]);
  return readFileSync(target);
}
