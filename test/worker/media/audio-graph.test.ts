import { describe, expect, it } from "vitest";
import { decodeArgs, soundGraph } from "../../../worker/src/media/audio-graph.ts";
import type { SourceAudio } from "../../../worker/src/media/source.ts";
import type { Timeline } from "../../../worker/src/media/timeline.ts";
import { aSource, stereoFilters } from "./a-source.ts";

const still: Timeline = { origin: 0, leaps: [] };
const leaping: Timeline = { origin: 1.4, leaps: [{ at: 100, seconds: 90 }] };

function decode(audio: Partial<SourceAudio>, timeline = still): string[] {
  const source = aSource({ audio });
  return source.audio ? decodeArgs(source.audio, timeline) : [];
}

describe("the first graph of the sound", () => {
  it("writes one format to nowhere, where a decoder of the second graph takes it", () => {
    expect(decode({})).toEqual([
      ...["-filter_complex", `[0:1]${stereoFilters}[pcm]`],
      ..."-map [pcm] -c:a pcm_f32le -f null - -dec 0:0".split(" "),
    ]);
  });

  it.each<[string, Partial<SourceAudio>, Timeline, string]>([
    ["another track", { indices: [3] }, still, `[0:3]${stereoFilters}[pcm]`],
    [
      "a mix by number",
      { toStereo: `pan=stereo|c0=c0|c1=c0,${stereoFilters}` },
      still,
      `[0:1]pan=stereo|c0=c0|c1=c0,${stereoFilters}[pcm]`,
    ],
    [
      "left and right as two tracks",
      { indices: [2, 1] },
      still,
      `[0:2][0:1]join=inputs=2:channel_layout=stereo:map=0.0-FL|1.0-FR,${stereoFilters}[pcm]`,
    ],
    [
      "a clock that leaps, without a state that a rebuilt graph would lose",
      {},
      leaping,
      `[0:1]${stereoFilters},asetpts='(T-(1.4+gte(T,99.9995)*90))/TB'[pcm]`,
    ],
  ])("takes %s", (_title, audio, timeline, wanted) => {
    expect(decode(audio, timeline)[1]).toBe(wanted);
  });
});

describe("the second graph of the sound", () => {
  it("fills gaps, begins at zero and leaves room for the encoder's first frame", () => {
    expect(soundGraph("a0")).toBe(
      "[dec:0]aresample=async=1:first_pts=0:min_hard_comp=0.05,aformat=sample_fmts=fltp:sample_rates=48000:channel_layouts=stereo,atrim=start_sample=1024,asetpts=PTS-STARTPTS[a0]",
    );
  });
});
