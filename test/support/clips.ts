import { execFile } from "node:child_process";
import { mkdirSync, existsSync, renameSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { imageFolder } from "../../tools/images/tool.ts";
import { mediaProgram } from "./media-program.ts";

/** Those of the worker's image, which the machine need not have, unless others are named. */
export const ffmpegPath = await mediaProgram("ffmpeg");
export const ffprobePath = await mediaProgram("ffprobe");
/** Of the same image, with fonts. */
export const fontsFolder =
  process.env["MEDIA_FONTS"] ?? (await imageFolder("worker", "usr/share/fonts"));

const exec = promisify(execFile);

/** Made once per machine; the name says what is in it. */
const folder = join(tmpdir(), "framewright-clips-v1");

/** Makes a file of that name once per machine, by these words to ffmpeg. */
export async function make(name: string, args: readonly string[]): Promise<string> {
  const target = join(folder, name);
  if (existsSync(target)) return target;
  mkdirSync(dirname(target), { recursive: true });
  const partial = join(folder, `${process.pid}-${name}`);
  await exec(ffmpegPath, ["-nostdin", "-v", "error", "-y", ...args, partial]);
  renameSync(partial, target);
  return target;
}

interface ClipArgs {
  readonly size: string;
  readonly rate: string;
  readonly seconds: number;
}

function picture({ size, rate, seconds }: ClipArgs): string[] {
  return ["-f", "lavfi", "-i", `testsrc2=size=${size}:rate=${rate}:duration=${seconds}`];
}

function tone(seconds: number): string[] {
  return ["-f", "lavfi", "-i", `sine=frequency=440:sample_rate=48000:duration=${seconds}`];
}

const h264 = "-c:v libx264 -preset ultrafast -pix_fmt yuv420p -g 250".split(" ");
const aac = ["-c:a", "aac"];

function plain(name: string, args: ClipArgs, extra: readonly string[] = []): Promise<string> {
  const encode = [...h264, ...aac, ...extra, "-shortest"];
  return make(name, [...picture(args), ...tone(args.seconds), ...encode]);
}

/** Small generated sources; every one is a shape that real uploads have. */
export const clips = {
  hd: () => plain("hd-2.mp4", { size: "1920x1080", rate: "30", seconds: 2 }),
  uhd: () => plain("uhd-1.mp4", { size: "3840x2160", rate: "30", seconds: 1 }),
  /** Noise at a low rate, whose renditions are larger than itself. */
  noisy: () =>
    make("noisy.mp4", [
      ...picture({ size: "1280x720", rate: "25", seconds: 12 }),
      ...["-vf", "noise=alls=20:allf=t", "-c:v", "libx264", "-preset", "veryfast"],
      ...["-crf", "36", "-pix_fmt", "yuv420p"],
    ]),
  fast: () => plain("fast-4.mp4", { size: "640x360", rate: "60", seconds: 4 }),
  sd: (seconds = 5) => plain(`sd-${seconds}.mp4`, { size: "640x360", rate: "30", seconds }),
  ntsc: () => plain("ntsc.mp4", { size: "640x360", rate: "30000/1001", seconds: 13 }),
  film: () => plain("film.mkv", { size: "640x360", rate: "24000/1001", seconds: 7 }),
  odd: () => plain("odd.mp4", { size: "853x481", rate: "25", seconds: 3 }, ["-pix_fmt", "yuv444p"]),
  /** A small picture, and behind it one that takes 384 MB. */
  hugeInTheMiddle: async () => {
    const small = [...picture({ size: "640x360", rate: "25", seconds: 2 }), ...h264];
    const first = await make("before-huge.ts", small);
    const flat = ["-f", "lavfi", "-i", "color=gray:s=16000x16000:r=25,format=yuv420p"];
    const lean = ["-frames:v", "3", ...h264, "-threads", "1", "-tune", "zerolatency"];
    const huge = await make("huge.ts", [...flat, ...lean, "-output_ts_offset", "2"]);
    return make("huge-in-the-middle.ts", [
      ...["-f", "mpegts", "-i", `concat:${first}|${huge}`, "-c", "copy", "-f", "mpegts"],
    ]);
  },
  /** Many pictures of 8K, of which a decoder with threads holds several at once, 53 MB each. */
  manyOf8k: () =>
    make("eight-k.mp4", [
      ...["-f", "lavfi", "-i", "color=gray:s=7680x4320:r=25,format=yuv420p", "-frames:v", "60"],
      ...[...h264, "-threads", "2"],
    ]),
  /** Wider than 8K, as no camera is. */
  huge: () =>
    make("16384x8640.mp4", [
      ...["-f", "lavfi", "-i", "color=gray:s=16384x8640:r=25,format=yuv420p", "-frames:v", "3"],
      ...[...h264, "-threads", "1", "-tune", "zerolatency"],
    ]),
  silent: () =>
    make("silent.mp4", [...picture({ size: "640x360", rate: "30", seconds: 3 }), ...h264]),
  portrait: () => plain("portrait.mp4", { size: "360x640", rate: "30", seconds: 3 }),
  /** Coded as landscape, shown as portrait, as telephones do. */
  rotated: async () => {
    const upright = await clips.sd(3);
    const turn = ["-display_rotation:v:0", "90", "-i", upright, "-c", "copy"];
    const old = ["-i", upright, "-c", "copy", "-metadata:s:v:0", "rotate=90"];
    return make("rotated.mp4", turn).catch(() => make("rotated.mp4", old));
  },
  /** Every third frame is missing; the time stamps of the others stay. */
  variable: () =>
    make("variable.mp4", [
      ...picture({ size: "640x360", rate: "30", seconds: 4 }),
      ...tone(4),
      ...["-vf", "select='mod(n,3)'", "-vsync", "vfr", ...h264, ...aac, "-shortest"],
    ]),
  wideSound: () =>
    make("surround.mkv", [
      ...picture({ size: "640x360", rate: "25", seconds: 3 }),
      ...["-f", "lavfi", "-i", "anoisesrc=d=3:r=44100:a=0.1"],
      ...[...h264, "-af", "aformat=channel_layouts=5.1", "-c:a", "ac3"],
    ]),
  /** English until 2 s; German in 5.1 from 2 s on, which is the default; and a track that is nothing. */
  languages: () => {
    const sound = (channel: string, count: number, layout: string): string[] => {
      const channels = Array.from({ length: count }, () => `0.3*sin(2*PI*500*t)*${channel}`);
      const source = `aevalsrc='${channels.join("|")}':s=48000:d=4:c=${layout}`;
      return ["-f", "lavfi", "-i", source];
    };
    return make("languages.mkv", [
      ...picture({ size: "320x180", rate: "25", seconds: 4 }),
      ...[...sound("lt(t,2)", 2, "stereo"), ...sound("gte(t,2)", 6, "5.1(side)")],
      ...["-f", "lavfi", "-i", "aevalsrc=0:s=48000:d=0.02"],
      ...["-map", "0", "-map", "1", "-map", "2", "-map", "3", ...h264],
      ...["-c:a:0", "aac", "-c:a:1", "ac3", "-c:a:2", "mp2"],
      ...["-metadata:s:a:0", "language=eng", "-metadata:s:a:0", 'title="Original"'],
      ...["-metadata:s:a:1", "language=ger", "-disposition:a:1", "default"],
      ...["-disposition:a:0", "0", "-disposition:a:2", "0"],
    ]);
  },
  /** Pictures that all differ, a tone in German and one in English, and a text in English; two segments long. */
  told: () => {
    mkdirSync(folder, { recursive: true });
    const text = join(folder, "told.srt");
    writeFileSync(text, "1\n00:00:02,000 --> 00:00:04,000\nTold <i>once</i>\n");
    return make("told.mkv", [
      ...[...picture({ size: "854x480", rate: "25", seconds: 8 }), ...tone(8), ...tone(8)],
      ...["-i", text, "-map", "0", "-map", "1", "-map", "2", "-map", "3", ...h264, ...aac],
      ...["-c:s", "subrip", "-metadata:s:a:0", "language=ger", "-metadata:s:a:1", "language=eng"],
      ...["-metadata:s:s:0", "language=eng", "-disposition:a:0", "default"],
    ]);
  },
  transport: () => plain("transport.ts", { size: "640x360", rate: "25", seconds: 3 }),
  /** White for one frame and a click at the same moment, at 2.000 s. */
  clap: () =>
    make("clap.mp4", [
      ...["-f", "lavfi", "-i", "color=black:size=640x360:rate=25:duration=4"],
      ...["-f", "lavfi", "-i", "aevalsrc='if(between(t,2,2.04),sin(2*PI*1000*t),0)':d=4:s=48000"],
      ...["-vf", "drawbox=color=white:t=fill:enable='between(t,1.99,2.03)'"],
      ...[...h264, ...aac],
    ]),
  soundOnly: () => make("sound.mp4", [...tone(3), ...aac]),
  /** A Matroska file with nothing but a subtitle. */
  textOnly: () => {
    mkdirSync(folder, { recursive: true });
    const text = join(folder, "text.srt");
    writeFileSync(text, "1\n00:00:00,000 --> 00:00:02,000\nHello\n");
    return make("text.mkv", ["-i", text, "-c:s", "subrip"]);
  },
  /** Its index comes first, so that a part of it still opens. */
  indexed: () =>
    plain("indexed.mp4", { size: "640x360", rate: "30", seconds: 12 }, [
      ...["-movflags", "+faststart"],
    ]),
  /** A second of film, and then a picture every 280 s for almost four hours. */
  sparsePictures: () =>
    make("sparse-pictures.mkv", [
      ...["-f", "lavfi", "-i", "color=navy:size=1280x720:rate=25:duration=3"],
      ...["-vf", "settb=1/1000,setpts='if(lt(N,25),N*40,960+(N-24)*280000)'"],
      ...["-fps_mode", "vfr", ...h264],
    ]),
  /** Takes long enough to be interrupted. */
  long: () => plain("long-2.mp4", { size: "854x480", rate: "30", seconds: 60 }),
} as const;

export interface ProbedStream {
  readonly codec_name: string;
  readonly width?: number;
  readonly height?: number;
  readonly avg_frame_rate: string;
  readonly channels?: number;
  readonly channel_layout?: string;
  readonly nb_read_packets?: string;
}

/** What ffprobe says of a playlist or file that the worker has published. */
export async function probeStreams(path: string): Promise<ProbedStream[]> {
  const { stdout } = await exec(ffprobePath, [
    ...["-v", "error", "-of", "json", "-count_packets", "-show_streams"],
    path,
  ]);
  return (JSON.parse(stdout) as { streams: ProbedStream[] }).streams;
}

/** Runs ffmpeg for a test and returns what it wrote to its error output. */
export async function ffmpegLog(args: readonly string[]): Promise<string> {
  const { stderr } = await exec(ffmpegPath, ["-nostdin", "-hide_banner", ...args], {
    maxBuffer: 64 * 1024 * 1024,
  });
  return stderr;
}
