import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { JobFailure } from "../../../worker/src/failure.ts";
import {
  besideSubtitles,
  checkSubtitles,
  type SubtitleArgs,
} from "../../../worker/src/job/subtitles.ts";
import type { MediaTools } from "../../../worker/src/media/ffmpeg.ts";
import { cadenceOf } from "../../../media/frame-rate.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { aSource } from "../../media/a-source.ts";
import { aSubtitleTrack } from "../media/subtitles/a-subtitle-track.ts";
import { matroskaOf } from "../media/subtitles/matroska-of-cues.ts";
import { fakeAttempt } from "./fake-attempt.ts";
import { fakeMediaTools } from "./fake-media-tools.ts";

/** Indices of the tracks that a command extracts, with the paths of their files. */
function wantedOf(args: readonly string[]): [index: number, path: string][] {
  const paths = args.filter((arg) => arg.endsWith(".mkv"));
  const maps = args.filter((_, at) => args[at - 1] === "-map");
  return maps.map((map, at) => [
    Number(map.replace("0:", "")),
    paths[at]?.replace("file:", "") ?? "",
  ]);
}

interface Given {
  /** Tracks at which ffmpeg fails. */
  readonly broken?: readonly number[];
  readonly fault?: Error;
  readonly tracks?: readonly number[];
  readonly run?: MediaTools["run"];
}

function setUp({ broken = [], tracks = [2, 3], run, ...given }: Given = {}) {
  const { fault = new JobFailure("source-undecodable") } = given;
  const dir = temporaryFolder("framewright-subtitles-");
  const outputDir = join(dir, "out");
  mkdirSync(outputDir);
  const commands: number[][] = [];
  const extract: MediaTools["run"] = (_tool, args) => {
    const wanted = wantedOf(args);
    commands.push(wanted.map(([index]) => index));
    if (wanted.some(([index]) => broken.includes(index))) return Promise.reject(fault);
    for (const [index, path] of wanted) {
      writeFileSync(path, matroskaOf([{ time: 5000, duration: 2000, text: `of ${index}` }]));
    }
    return Promise.resolve("");
  };
  const { attempt, keeper } = fakeAttempt({
    dir,
    tools: fakeMediaTools(14, { run: run ?? extract }).tools,
  });
  const add = vi.fn(() => Promise.resolve());
  const args: SubtitleArgs = {
    ...{ attempt, outputDir, sourcePath: join(dir, "source"), uploader: { add } },
    source: aSource({
      durationSeconds: 14,
      subtitles: tracks.map((index) => aSubtitleTrack({ index, language: "en" })),
    }),
    plan: { cadence: cadenceOf({ num: 25, den: 1 }) },
    captions: [],
  };
  return { args, add, commands, keeper, outputDir };
}

const nothing = (): Promise<string> => Promise.resolve("encoded");

describe("subtitles of an attempt", () => {
  it("are read at once and written as segments, beside other work", async () => {
    const { args, add, commands, outputDir } = setUp();
    const { work, subtitles } = await besideSubtitles(args, nothing);
    expect(work).toBe("encoded");
    expect(commands).toEqual([[2, 3]]);
    expect(subtitles.warnings).toEqual([]);
    expect(subtitles.renditions.map(({ name, segments }) => [name, segments])).toEqual([
      ["subtitles-1-en", 3],
      ["subtitles-2-en", 3],
    ]);
    expect(add.mock.calls).toEqual(
      [1, 2].flatMap((number) =>
        [0, 1, 2].map((index) => {
          const path = `subtitles-${number}-en/0000${index}.vtt`;
          return [{ path, localPath: join(outputDir, path) }];
        }),
      ),
    );
    const texts = [0, 1, 2].map((index) =>
      readFileSync(join(outputDir, `subtitles-2-en/0000${index}.vtt`), "utf8"),
    );
    expect(texts.map((text) => text.includes("of 3"))).toEqual([true, true, false]);
  });

  it("start no process where the source has none", async () => {
    const { args, commands } = setUp({ tracks: [] });
    const { subtitles } = await besideSubtitles(args, nothing);
    expect(subtitles).toEqual({ renditions: [], warnings: [] });
    expect(commands).toEqual([]);
  });

  it("are read one by one where one of them is in the way of the others", async () => {
    const { args, commands } = setUp({ tracks: [2, 3, 4], broken: [3] });
    const { subtitles } = await besideSubtitles(args, nothing);
    expect(commands).toEqual([[2, 3, 4], [2], [3], [4]]);
    expect(subtitles.renditions.map(({ name, track }) => [name, track.index])).toEqual([
      ["subtitles-1-en", 2],
      ["subtitles-2-en", 4],
    ]);
    expect(subtitles.warnings).toEqual([
      {
        code: "subtitles-left-out",
        message: "The subtitle track 3 (subrip) was left out: it cannot be read.",
      },
    ]);
  });

  it("are tried once where there is only one track, or where reading takes too long", async () => {
    const alone = setUp({ tracks: [2], broken: [2] });
    const slow = setUp({ broken: [2], fault: new JobFailure("encoder-stalled") });
    for (const { args, commands } of [alone, slow]) {
      const { subtitles } = await besideSubtitles(args, nothing);
      expect(subtitles.renditions).toEqual([]);
      expect(subtitles.warnings).toHaveLength(args.source.subtitles.length);
      expect(commands).toHaveLength(1);
    }
  });

  it.each([
    ["the disk is full", new JobFailure("scratch-full")],
    ["the program is missing", new Error("spawn ffmpeg ENOENT")],
  ])("fail the attempt where %s", async (_what, fault) => {
    const { args } = setUp({ broken: [2], fault });
    await expect(besideSubtitles(args, nothing)).rejects.toBe(fault);
  });

  it("are stopped where the other work fails", async () => {
    let stopped = false;
    const started = Promise.withResolvers<undefined>();
    const { args } = setUp({
      run: (_tool, _args, { signal }) => {
        started.resolve(undefined);
        return new Promise((_, reject) => {
          signal.addEventListener("abort", () => {
            stopped = true;
            reject(new Error("killed"));
          });
        });
      },
    });
    const failure = new JobFailure("encoder-failed");
    const work = async (): Promise<never> => {
      await started.promise;
      throw failure;
    };
    await expect(besideSubtitles(args, work)).rejects.toBe(failure);
    expect(stopped).toBe(true);
  });
});

describe("the check of written subtitles", () => {
  it("is nothing where there are none", async () => {
    const none = { renditions: [], playlists: new Map(), master: "", durationSeconds: 1 };
    expect(await checkSubtitles({ ...none, outputDir: "" })).toEqual({ passed: [], problems: [] });
  });

  it("reads the files that will be published", async () => {
    const { args, outputDir } = setUp({ tracks: [2] });
    const { subtitles } = await besideSubtitles(args, nothing);
    const { renditions } = subtitles;
    const text = "#EXTM3U\n#EXT-X-TARGETDURATION:14\n#EXT-X-PLAYLIST-TYPE:VOD\n#EXTINF:14,\n";
    const playlists = new Map([
      ["subtitles-1-en/index.m3u8", `${text}00000.vtt\n#EXT-X-ENDLIST\n`],
    ]);
    const master =
      '#EXTM3U\n#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="s",NAME="s",LANGUAGE="en",URI="subtitles-1-en/index.m3u8"\n' +
      '#EXT-X-STREAM-INF:BANDWIDTH=1,CODECS="avc1.64000c",SUBTITLES="s"\n180p/index.m3u8\n';
    const published = { renditions, playlists, master, durationSeconds: 14, outputDir };
    expect(await checkSubtitles(published)).toEqual({
      passed: ["subtitles parse, and each text is in every segment of its time"],
      problems: [],
    });
    writeFileSync(join(outputDir, "subtitles-1-en/00000.vtt"), "");
    expect((await checkSubtitles(published)).problems).toEqual([
      "subtitles-1-en/00000.vtt is not valid: its last line is not ended",
    ]);
  });
});
