import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, statSync, truncateSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readStructure } from "../../../worker/src/media/file-structure.ts";
import { ffmpegPath } from "../../support/clips.ts";

const exec = promisify(execFile);
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "framewright-structures-"));
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

async function make(args: string): Promise<string> {
  const path = join(folder, "source");
  await exec(ffmpegPath, [..."-nostdin -v error -y".split(" "), ...args.split(" "), path]);
  return path;
}

const picture = "-f lavfi -i testsrc2=s=320x240:r=25:d=2";
const tone = "-f lavfi -i sine=d=2:r=48000";
const h264 = `${picture} ${tone} -c:v libx264 -preset ultrafast -pix_fmt yuv420p -c:a aac`;
const vp8 = `${picture} ${tone} -c:v libvpx -deadline realtime -cpu-used 8 -c:a libopus`;

describe("a file that ffmpeg wrote is whole, and truncated when it is cut anywhere", () => {
  it.each([
    ["MP4", "mov", `${h264} -f mp4`],
    ["MP4 with its index in front", "mov", `${h264} -movflags +faststart -f mp4`],
    ["MP4 in fragments", "mov", `${h264} -g 10 -movflags frag_keyframe+empty_moov -f mp4`],
    ["QuickTime with PCM", "mov", `${picture} ${tone} -c:v prores -c:a pcm_s16le -f mov`],
    ["Matroska", "matroska", `${h264} -f matroska`],
    ["WebM", "matroska", `${vp8} -f webm`],
    ["AVI", "avi", `${picture} ${tone} -c:v mpeg4 -c:a mp3 -f avi`],
    ["FLV", "flv", `${picture} ${tone} -c:v flv1 -c:a mp3 -ar 44100 -f flv`],
    ["ASF", "asf", `${picture} ${tone} -c:v wmv2 -c:a wmav2 -f asf`],
    ["MXF", "mxf", `${picture} -c:v mpeg2video -f mxf`],
    ["RealMedia", "rm", `${picture} -c:v rv10 -f rm`],
    ["WAV", "wav", `${tone} -f wav`],
    ["RF64", "wav", `${tone} -rf64 always -f wav`],
    ["W64", "w64", `${tone} -f w64`],
    ["AIFF", "aiff", `${tone} -f aiff`],
    ["CAF", "caf", `${tone} -f caf`],
    ["AU", "au", `${tone} -f au`],
  ])("%s", async (_title, demuxer, args) => {
    const path = await make(args);
    const { size } = statSync(path);
    expect(await readStructure(path, demuxer)).toEqual({ state: "whole" });
    for (const part of [0.9, 0.5, 0.2]) {
      truncateSync(path, Math.floor(size * part));
      expect(await readStructure(path, demuxer), `${part}`).toMatchObject({ state: "truncated" });
    }
  });
});

describe("a file that ffmpeg wrote to a pipe", () => {
  async function pipe(args: string): Promise<string> {
    const path = join(folder, "piped");
    const command = `exec "$0" -nostdin -v error ${args} - > "$1"`;
    await exec("sh", ["-c", command, ffmpegPath, path]);
    return path;
  }

  it.each([
    ["WAV", "wav", `${tone} -f wav`],
    ["Matroska", "matroska", `${h264} -f matroska`],
    ["AVI", "avi", `${picture} -c:v mpeg4 -f avi`],
    ["ASF", "asf", `${picture} -c:v wmv2 -f asf`],
    ["FLV", "flv", `${picture} -c:v flv1 -f flv`],
    ["MP4 in fragments", "mov", `${h264} -movflags frag_keyframe+empty_moov -f mp4`],
  ])("is not taken as cut: %s", async (_title, demuxer, args) => {
    const { state } = await readStructure(await pipe(args), demuxer);
    expect(["unstated", "whole"]).toContain(state);
  });
});
