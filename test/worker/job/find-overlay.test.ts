import { describe, expect, it } from "vitest";
import { cadenceOf } from "../../../media/frame-rate.ts";
import { findOverlay } from "../../../worker/src/job/compare/overlay.ts";
import type { MediaTools } from "../../../worker/src/media/ffmpeg.ts";
import { aSource } from "../../media/a-source.ts";
import { audioTrack, top } from "../media/an-output.ts";

const pixels = 16 * 16 * 3 * 2;
const film = "\x20".repeat(pixels);
const drawn = "\xc0".repeat(pixels);

const source = aSource({ durationSeconds: 8 });
const look = { from: 2, to: 6 };
const overlay = { path: "/work/picture.png", size: { width: 100, height: 50 }, look };

/** Looks in which the source is `film`, with the picture `drawn`, and the result is what is said. */
async function find(result: string, picture = drawn) {
  const calls: (readonly string[])[] = [];
  const run: MediaTools["run"] = (_tool, args) => {
    calls.push(args);
    if (args.includes("pipe:0")) return Promise.resolve(result);
    return Promise.resolve(args.join(" ").includes("overlay=") ? picture : film);
  };
  const finding = await findOverlay(
    {
      tools: { encode: () => Promise.resolve(), run },
      ...{ signal: new AbortController().signal, source, sourcePath: "/work/source" },
      plan: {
        sounds: [],
        overlay,
        text: undefined,
        cadence: cadenceOf(source.video.fps),
        maxFps: 60,
      },
      ...{ tracks: [top, audioTrack], outputDir: "/work/out" },
      inits: new Map([["480p", "/work/out/480p/init.mp4"]]),
    },
    { overlay, video: source.video, track: top },
  );
  return { ...finding, calls };
}

describe("an overlay in a result", () => {
  it("that is never drawn is missed while it should be shown", async () => {
    const { looked, problems } = await find(film);
    expect([looked, problems]).toEqual([true, ["at 3.8 s the overlay is not shown"]]);
  });

  it("that is always drawn is seen when it should not be", async () => {
    const { problems } = await find(drawn);
    expect(problems).toEqual(["at 0.8 s the overlay is shown", "at 6.8 s the overlay is shown"]);
  });

  it("that cannot be told from the film proves nothing", async () => {
    const { looked, problems } = await find(film, film);
    expect([looked, problems]).toEqual([false, []]);
  });

  it("of which nothing could be decoded proves nothing", async () => {
    expect(await find("")).toMatchObject({ looked: false, problems: [] });
  });
});
