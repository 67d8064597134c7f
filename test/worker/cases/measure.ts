import { execFile } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { parse } from "hls-parser";
import { mediaProgram } from "../../support/media-program.ts";
import {
  parseCombed,
  parseFrames,
  playerScale,
  type Frames,
  type StatedPicture,
} from "./readings.ts";

const exec = promisify(execFile);
const maxBuffer = 512 * 1024 * 1024;

/** One size of the result as its playlist states it, and as it decodes. */
export interface MeasuredPicture {
  readonly width: number;
  readonly height: number;
  readonly fps: number;
  readonly seconds: number;
}

/** Rate at which sound is measured. */
export const soundRate = 8000;

export interface MeasuredSound {
  /** Sum of the segments. */
  readonly seconds: number;
  readonly left: Int16Array;
  readonly right: Int16Array;
}

/** A fetched result, decoded. */
export interface Measured {
  /** Largest first. */
  readonly pictures: readonly MeasuredPicture[];
  /** Of the smallest size. */
  readonly frames: Frames;
  /** Of the largest size. */
  readonly stated: StatedPicture;
  readonly poster: boolean;
  readonly sound: MeasuredSound | undefined;
  /** Pictures of the largest size in RGB, by the time asked for. */
  readonly rgb: ReadonlyMap<number, Buffer>;
  /** Share of pictures with fields of different times, where asked for. */
  readonly combed: number | undefined;
}

export interface Wanted {
  /** Seconds at which a picture in RGB is wanted. */
  readonly rgbAt: readonly number[];
  readonly combed: boolean;
}

async function ffmpeg(args: readonly string[]): Promise<{ stdout: Buffer; stderr: string }> {
  const all = ["-n", "10", await mediaProgram("ffmpeg"), "-nostdin", "-hide_banner", ...args];
  const { stdout, stderr } = await exec("nice", all, { maxBuffer, encoding: "buffer" });
  return { stdout, stderr: stderr.toString("utf8") };
}

/** Puts the segments together as a player without edit lists reads them; returns their stated length. */
function wholeTrack(folder: string, uri: string, target: string): number {
  const playlist = parse(readFileSync(join(folder, uri), "utf8"));
  if (playlist.isMasterPlaylist) throw new Error(`${uri} is no media playlist`);
  const base = join(folder, dirname(uri));
  const inits = playlist.segments.slice(0, 1).map(({ map }) => map.uri);
  const uris = [...inits, ...playlist.segments.map(({ uri: segment }) => segment)];
  writeFileSync(target, Buffer.concat(uris.map((one) => readFileSync(join(base, one)))));
  return playlist.segments.reduce((sum, { duration }) => sum + duration, 0);
}

async function measureFrames(file: string): Promise<Frames> {
  const graph = "signalstats,metadata=mode=print:file=-";
  const { stdout } = await ffmpeg([
    ...["-v", "error", "-i", file, "-vf", graph, "-fps_mode", "passthrough", "-f", "null", "-"],
  ]);
  return parseFrames(stdout.toString("utf8"));
}

async function measureSound(file: string, seconds: number): Promise<MeasuredSound> {
  const { stdout } = await ffmpeg([
    ...["-v", "error", "-i", file, "-af", "asetpts=N/SR/TB", "-ac", "2"],
    ...["-ar", `${soundRate}`, "-f", "s16le", "-"],
  ]);
  const count = Math.floor(stdout.length / 4);
  const side = (offset: number): Int16Array =>
    Int16Array.from({ length: count }, (_, index) => stdout.readInt16LE(4 * index + offset));
  return { seconds, left: side(0), right: side(2) };
}

/** One picture as a player shows it. */
async function rgbOf(file: string, seconds: number, stated: StatedPicture): Promise<Buffer> {
  const scale = `scale=${playerScale(stated)}:flags=accurate_rnd+full_chroma_int`;
  const { stdout } = await ffmpeg([
    ...["-v", "error", "-ss", `${seconds}`, "-i", file, "-frames:v", "1"],
    ...["-vf", `${scale},format=rgb24`, "-f", "rawvideo", "-"],
  ]);
  return stdout;
}

async function measureCombed(file: string): Promise<number> {
  const { stderr } = await ffmpeg(["-nostats", "-i", file, "-vf", "idet", "-f", "null", "-"]);
  return parseCombed(stderr);
}

async function statedOf(file: string): Promise<StatedPicture> {
  const args = ["-v", "error", "-of", "json", "-select_streams", "v:0", "-show_streams", file];
  const { stdout } = await exec(await mediaProgram("ffprobe"), args);
  return (JSON.parse(stdout) as { streams: StatedPicture[] }).streams[0] ?? {};
}

interface Variant extends Omit<MeasuredPicture, "seconds"> {
  readonly uri: string;
}

interface Listed {
  readonly variants: readonly Variant[];
  readonly audio: string | undefined;
}

function listed(folder: string): Listed {
  const master = parse(readFileSync(join(folder, "master.m3u8"), "utf8"));
  if (!master.isMasterPlaylist) throw new Error("master.m3u8 is no multivariant playlist");
  const variants = master.variants.flatMap(({ uri, resolution, frameRate = 0 }) =>
    resolution ? [{ uri, ...resolution, fps: frameRate }] : [],
  );
  const tracks = master.variants.flatMap(({ audio }) => audio);
  const track = tracks.find((one) => one.isDefault) ?? tracks[0];
  const alone = master.variants.find(({ resolution }) => !resolution);
  return { variants, audio: track?.uri ?? alone?.uri };
}

export async function measureSounds(
  folder: string,
  uri: string,
  scratch: string,
): Promise<MeasuredSound> {
  const file = join(scratch, "sound.mp4");
  return measureSound(file, wholeTrack(folder, uri, file));
}

/** What a decoder gives out of a track. */
export async function channelsOf(folder: string, uri: string, scratch: string): Promise<number> {
  const file = join(scratch, "channels.mp4");
  wholeTrack(folder, uri, file);
  const args = ["-v", "error", "-of", "csv=p=0", "-show_entries", "stream=channels", file];
  const { stdout } = await exec(await mediaProgram("ffprobe"), args);
  return Number(stdout);
}

/** What only results with pictures have. */
type Seen = Pick<Measured, "frames" | "stated" | "rgb" | "combed">;

const nothingSeen: Seen = {
  frames: { times: [], luma: [], change: [] },
  stated: {},
  rgb: new Map(),
  combed: undefined,
};

async function look(top: string, low: string, wanted: Wanted): Promise<Seen> {
  const stated = await statedOf(top);
  const rgb = new Map<number, Buffer>();
  for (const at of wanted.rgbAt) rgb.set(at, await rgbOf(top, at, stated));
  const combed = wanted.combed ? await measureCombed(top) : undefined;
  return { frames: await measureFrames(low), stated, rgb, combed };
}

/** Decodes a result that lies in a folder, as the object store has it. */
export async function measure(folder: string, scratch: string, wanted: Wanted): Promise<Measured> {
  const { variants, audio } = listed(folder);
  const tracks = variants.map(({ uri, ...variant }, index) => {
    const file = join(scratch, `${index}.mp4`);
    return { file, picture: { ...variant, seconds: wholeTrack(folder, uri, file) } };
  });
  const [top] = tracks;
  const low = tracks.at(-1);
  return {
    ...(top && low ? await look(top.file, low.file, wanted) : nothingSeen),
    pictures: tracks.map(({ picture }) => picture),
    poster: existsSync(join(folder, "poster.jpg")),
    sound: audio === undefined ? undefined : await measureSounds(folder, audio, scratch),
  };
}
