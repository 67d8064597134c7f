import { existsSync, mkdirSync, readdirSync, renameSync } from "node:fs";
import { join } from "node:path";
import { exec } from "../exec.ts";
import { unpackedFolder, unpackPackages } from "../packages.ts";
import { cache } from "../paths.ts";
import { hashOf } from "../steps.ts";

export interface ClipShape {
  readonly width: number;
  readonly height: number;
  readonly fps: number;
  readonly seconds: number;
}

/** What the demo uploads when it is given no video. */
export const demoClip: ClipShape = { width: 1920, height: 1080, fps: 30, seconds: 20 };

function fontFile(): string {
  const folder = join(unpackedFolder, "usr/share/fonts/truetype/dejavu");
  const found = readdirSync(folder).find((name) => name === "DejaVuSansMono.ttf");
  if (found === undefined) throw new Error(`No monospaced font in ${folder}`);
  return join(folder, found);
}

/** Arguments for a moving picture with a burnt-in time code and a tone that changes every second. */
export function clipArguments(shape: ClipShape, font: string, output: string): string[] {
  const { width, height, fps, seconds } = shape;
  const timecode = [
    `drawtext=fontfile=${font}`,
    `timecode='00\\:00\\:00\\:00'`,
    `rate=${fps}`,
    `fontsize=${Math.round(height / 9)}`,
    "fontcolor=white:box=1:boxcolor=black@0.6:boxborderw=20",
    "x=(w-text_w)/2:y=h-text_h-60",
  ].join(":");
  const picture = `testsrc2=size=${width}x${height}:rate=${fps}:duration=${seconds}`;
  const tones = `aevalsrc='0.2*sin(2*PI*t*if(lt(mod(t\\,2)\\,1)\\,440\\,660))':s=48000:d=${seconds}`;
  return [
    ...["-hide_banner", "-loglevel", "error", "-nostdin", "-y"],
    ...["-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", tones],
    ...["-vf", `${timecode},format=yuv420p`],
    ...["-c:v", "libx264", "-preset", "ultrafast", "-crf", "18", "-g", String(fps * 10)],
    ...["-c:a", "aac", "-b:a", "128k", "-ac", "2", "-movflags", "+faststart", output],
  ];
}

/** The clip, made once for all clones. */
export async function makeClip(ffmpeg: string, shape: ClipShape = demoClip): Promise<string> {
  await unpackPackages();
  const args = clipArguments(shape, fontFile(), "clip.mp4");
  const file = join(cache, "clips", `${hashOf(...args)}.mp4`);
  if (existsSync(file)) return file;
  mkdirSync(join(cache, "clips"), { recursive: true });
  const part = `${file}.part.mp4`;
  await exec(ffmpeg, clipArguments(shape, fontFile(), part));
  renameSync(part, file);
  return file;
}
