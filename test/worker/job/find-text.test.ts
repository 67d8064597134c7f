import { describe, expect, it } from "vitest";
import { cadenceOf } from "../../../media/frame-rate.ts";
import { findText } from "../../../worker/src/job/compare/burnt-text.ts";
import type { MediaTools } from "../../../worker/src/media/ffmpeg.ts";
import { aSource } from "../../media/a-source.ts";
import { audioTrack, top } from "../media/an-output.ts";

const pixels = 160 * 40 * 3 * 2;
const film = "\x20".repeat(pixels);
/** Letters are a small part of the strip. */
const drawn = `${"\x20".repeat(pixels / 2 - 60)}${"\xff".repeat(60)}`.repeat(2);
/** As an encoder leaves it. */
const encoded = drawn.replaceAll("\xff", "\xd0").replaceAll("\x20", "\x24");

const source = aSource({ durationSeconds: 8 });
const shown = [{ start: 1000, end: 3000, lines: ["text"] }];
const text = { path: "/work/text.ass", reads: ["/work/text.ass"], look: {}, shown };

async function find(result: string, over = drawn) {
  const graphs: string[] = [];
  const run: MediaTools["run"] = (_tool, args) => {
    if (args.includes("pipe:0")) return Promise.resolve(result);
    const graph = args[args.indexOf("-filter_complex") + 1] ?? "";
    graphs.push(graph);
    return Promise.resolve(graph.includes("ass=") ? over : film);
  };
  const finding = await findText(
    {
      tools: { encode: () => Promise.resolve(), run },
      ...{ signal: new AbortController().signal, source, sourcePath: "/work/source" },
      plan: {
        ...{ sounds: [], overlay: undefined, text },
        ...{ cadence: cadenceOf(source.video.fps), maxFps: 60 },
      },
      ...{ tracks: [top, audioTrack], outputDir: "/work/out" },
      inits: new Map([["480p", "/work/out/480p/init.mp4"]]),
    },
    { text, video: source.video, track: top },
  );
  return { ...finding, graphs };
}

describe("burnt-in text in a result", () => {
  it("that is never drawn is missed while it should be shown", async () => {
    const { looked, problems } = await find(film);
    expect([looked, problems]).toEqual([true, ["at 1.8 s the burnt-in text is not shown"]]);
  });

  it("that is always drawn is seen when it should not be", async () => {
    const { problems } = await find(encoded);
    expect(problems).toEqual(["at 5.3 s the burnt-in text is shown"]);
  });

  it("that cannot be told from the film, or be decoded, proves nothing", async () => {
    expect(await find(film, film)).toMatchObject({ looked: false, problems: [] });
    expect(await find("")).toMatchObject({ looked: false, problems: [] });
  });

  it("is drawn over the source at its time, whatever time is looked at", async () => {
    const { graphs } = await find(film);
    const drawing = graphs.filter((graph) => graph.includes("ass="));
    expect(drawing).toHaveLength(2);
    for (const graph of drawing) {
      expect(graph).toContain(
        "setpts=PTS+1.750/TB,ass=filename=/work/text.ass,setpts=PTS-1.750/TB,crop=",
      );
    }
  });
});
