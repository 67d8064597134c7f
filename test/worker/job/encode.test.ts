import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import type { Progress } from "@framewright/contracts/job.ts";
import { JobFailure, Stopped } from "../../../worker/src/failure.ts";
import { encode } from "../../../worker/src/job/encode.ts";
import type { OutputFile } from "../../../worker/src/job/put-file.ts";
import type { MediaTools } from "../../../worker/src/media/ffmpeg.ts";
import { planEncode } from "../../../media/plan.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { aPicture, aSource } from "../../media/a-source.ts";
import { fakeAttempt } from "./fake-attempt.ts";
import { fakeEncode, fakeMediaTools } from "./fake-media-tools.ts";
import { aProfile } from "../../support/profiles.ts";

const seconds = 14;

const work = { pictures: 840, seconds: 1 };

interface Settings {
  readonly sourceSeconds?: number;
  readonly allowedSeconds?: number;
}

function startEncode(
  changes: Partial<MediaTools> = {},
  { sourceSeconds = seconds, allowedSeconds = 1000 }: Settings = {},
) {
  const dir = temporaryFolder("framewright-encode-");
  const outputDir = join(dir, "out");
  const { tools, calls } = fakeMediaTools(sourceSeconds, changes);
  const { attempt, keeper } = fakeAttempt({ dir, tools });
  const video = { picture: aPicture(854, 480) };
  const source = aSource({ durationSeconds: sourceSeconds, video });
  const plan = planEncode({
    ...attempt.settings,
    source,
    profile: aProfile("hls-720p"),
    sourcePath: "/source",
    outputDir,
  });
  const failed = new AbortController();
  const add = vi.fn<(file: OutputFile) => Promise<void>>(() => Promise.resolve());
  const uploader = { add, failed: failed.signal };
  const budget = { work, allowedSeconds, sizeBytes: 1000 };
  const run = (isEarly = false) =>
    encode({ attempt, source, plan, budget, sourcePath: "/source", outputDir, uploader, isEarly });
  return { work: run, add, failed, keeper, calls, outputDir, plan };
}

/** An ffmpeg that ends, without success, only when it gets a signal. */
function endless(begin: () => void) {
  const ended = vi.fn();
  const run: MediaTools["encode"] = (_args, options) => {
    begin();
    return new Promise((_resolve, reject) => {
      options.signal.addEventListener("abort", () => {
        ended();
        reject(options.signal.reason as Error);
      });
    });
  };
  return { run, ended };
}

describe("an encode", () => {
  it("says what can be played of it once picture and sound have begun, where that is wanted", async () => {
    const { work, keeper } = startEncode();
    const announce = vi.spyOn(keeper, "announce");
    await work();
    expect(announce).not.toHaveBeenCalled();
    const early = startEncode();
    const heard = vi.spyOn(early.keeper, "announce");
    await early.work(true);
    expect(heard.mock.calls.at(-1)).toEqual([
      {
        segmentSeconds: 6,
        picture: {
          ...{ name: "360p", codecs: "avc1.64001f", width: 640, height: 360, fps: 30 },
          kbps: expect.any(Number) as number,
        },
        sound: { name: "audio", codecs: "mp4a.40.2", channels: 2, kbps: 128 },
      },
    ]);
  });

  it("hands over every file of every track, and the poster", async () => {
    const { work, add } = startEncode();
    await work();
    const paths = add.mock.calls.map(([{ path }]) => path).toSorted();
    expect(paths).toEqual([
      ...["360p/00000.m4s", "360p/00001.m4s", "360p/00002.m4s", "360p/init.mp4"],
      ...["480p/00000.m4s", "480p/00001.m4s", "480p/00002.m4s", "480p/init.mp4"],
      ...["audio/00000.m4s", "audio/00001.m4s", "audio/00002.m4s", "audio/init.mp4"],
      "poster.jpg",
    ]);
  });

  it("returns the tracks as measured, ffprobe's view of each, and the speed", async () => {
    const { work } = startEncode();
    const { tracks, inspections, speed } = await work();
    expect(tracks.map(({ name, segments }) => [name, segments.length])).toEqual([
      ["480p", 3],
      ["360p", 3],
      ["audio", 3],
    ]);
    expect(Object.fromEntries(inspections)).toMatchObject({
      "480p": { width: 854, height: 480 },
      "360p": { width: 640, height: 360 },
      audio: { codec_name: "aac" },
    });
    expect(speed).toBe(2);
  });

  it("runs the planned command once, into folders that exist", async () => {
    const run = vi.fn<MediaTools["encode"]>(async () => {
      expect(existsSync(join(made.outputDir, "480p"))).toBe(true);
      await fakeEncode({ outputDir: made.outputDir, seconds });
    });
    const made = startEncode({ encode: run });
    await made.work();
    expect(run.mock.calls.map(([args]) => args)).toEqual([made.plan.argv]);
  });

  it("hands over closed segments while ffmpeg is still running", async () => {
    const made = startEncode({
      encode: async () => {
        await fakeEncode({ outputDir: made.outputDir, seconds: 6 });
        await vi.waitFor(() => {
          expect(made.add.mock.calls.map(([{ path }]) => path)).toContain("480p/00000.m4s");
        });
        await fakeEncode({ outputDir: made.outputDir, seconds });
      },
    });
    const { tracks } = await made.work();
    expect(tracks[0]?.segments).toHaveLength(3);
  });

  it("reports progress of the whole job with the speed and the frame rate", async () => {
    const reports: Progress[] = [];
    const made = startEncode({
      encode: async (_args, { onProgress }) => {
        await fakeEncode({ outputDir: made.outputDir, seconds });
        onProgress({ seconds: 7, fps: 60, speed: 2, done: false });
        reports.push(made.keeper.progress);
        onProgress({ seconds, fps: undefined, speed: undefined, done: true });
        reports.push(made.keeper.progress);
      },
    });
    const { speed } = await made.work();
    expect(reports).toEqual([
      { stage: "encoding", percent: 51, fps: 60, speed: 2 },
      { stage: "encoding", percent: 96 },
    ]);
    expect(speed).toBe(2);
  });

  it("makes the poster out of the tallest rendition, a tenth into the film", async () => {
    const { work, calls, outputDir } = startEncode({}, { sourceSeconds: 62 });
    await work();
    const [poster, ...more] = calls.filter(({ tool }) => tool === "ffmpeg");
    expect(more).toEqual([]);
    expect(poster?.args.at(-1)).toMatch(/^file:.*\/out\/poster\.jpg$/);
    const files = ["init_0.mp4", "00001.m4s"].map((name) => join(outputDir, "480p", name));
    expect(poster?.stdin).toEqual(Buffer.concat(files.map((file) => readFileSync(file))));
  });

  it("fails with the failure of ffmpeg", async () => {
    const failure = new JobFailure("encoder-crashed");
    const { work } = startEncode({ encode: () => Promise.reject(failure) });
    await expect(work()).rejects.toBe(failure);
  });

  it("ends ffmpeg when it takes more than is allowed", async () => {
    const { run, ended } = endless(() => undefined);
    const made = startEncode({ encode: run }, { allowedSeconds: 0.05 });
    await expect(made.work()).rejects.toMatchObject({ code: "too-much-work", kind: "input" });
    expect(ended).toHaveBeenCalledOnce();
  });

  it("ends ffmpeg when the attempt must stop", async () => {
    const { run, ended } = endless(() => {
      setImmediate(() => {
        made.keeper.stopFor("cancelled");
      });
    });
    const made = startEncode({ encode: run });
    await expect(made.work()).rejects.toBeInstanceOf(Stopped);
    expect(ended).toHaveBeenCalledOnce();
  });

  it("ends ffmpeg when a file cannot be stored", async () => {
    const failure = new JobFailure("upload-failed");
    const { run, ended } = endless(() => {
      setImmediate(() => {
        made.failed.abort(failure);
      });
    });
    const made = startEncode({ encode: run });
    await expect(made.work()).rejects.toBe(failure);
    expect(ended).toHaveBeenCalledOnce();
  });

  it("ends ffmpeg when a segment cannot be read", async () => {
    const { run, ended } = endless(() => {
      writeFileSync(join(made.outputDir, "480p/00000.m4s"), "no segment");
    });
    const made = startEncode({ encode: run });
    await expect(made.work()).rejects.toThrow("480p has a segment but no initialisation segment");
    expect(ended).toHaveBeenCalledOnce();
  });

  it.each([["ffprobe"], ["ffmpeg"]])("fails when %s cannot read the result", async (broken) => {
    const { tools } = fakeMediaTools(seconds);
    const { work } = startEncode({
      run: (tool, args, options) =>
        tool === broken
          ? Promise.reject(new JobFailure("encoder-failed", { note: `${tool} failed.` }))
          : tools.run(tool, args, options),
    });
    await expect(work()).rejects.toThrow(`${broken} failed.`);
  });
});
