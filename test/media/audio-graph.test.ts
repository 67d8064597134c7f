import { describe, expect, it } from "vitest";
import { aacArgs, soundArgs } from "../../media/audio-graph.ts";
import { heardStreams, madeFiles, madeSound } from "../../media/made-sound.ts";
import { planEncode, planMeasure, planWrite } from "../../media/plan.ts";
import { planSounds } from "../../media/sound-renditions.ts";
import type { SourceAudio } from "../../media/source.ts";
import type { Timeline } from "../../media/timeline.ts";
import { anAudio, aSource, stereoFilters } from "./a-source.ts";
import { countingGraph, words } from "./expected-command.ts";
import { planArgs } from "./plan-args.ts";
import { aProfile } from "../support/profiles.ts";

const still: Timeline = { origin: 0, leaps: [] };
const leaping: Timeline = { origin: 1.4, leaps: [{ at: 100, seconds: 90 }] };

const from = (timeline: Timeline, firstMade = 1) => ({ timeline, firstMade });

function sounds(audio: Partial<SourceAudio>, alternates: readonly SourceAudio[] = []) {
  return planSounds(aSource({ audio, alternates }), aProfile("hls-1080p").audio);
}

describe("the first graph of a sound", () => {
  it("writes one format to nowhere, where a decoder of the second graph takes it", () => {
    expect(soundArgs(sounds({}), from(still)).slice(0, -2)).toEqual([
      ...["-filter_complex", `[0:1]${stereoFilters}[pcm0]`],
      ...words("-map [pcm0] -c:a pcm_f32le -f null - -dec 0:0"),
    ]);
  });

  it.each<[string, Partial<SourceAudio>, Timeline, string]>([
    ["another track", { indices: [3] }, still, `[0:3]${stereoFilters}[pcm0]`],
    [
      "a mix by number",
      { toStereo: `pan=stereo|c0=c0|c1=c0,${stereoFilters}` },
      still,
      `[0:1]pan=stereo|c0=c0|c1=c0,${stereoFilters}[pcm0]`,
    ],
    [
      "left and right as two tracks",
      { indices: [2, 1] },
      still,
      `[0:2][0:1]join=inputs=2:channel_layout=stereo:map=0.0-FL|1.0-FR,${stereoFilters}[pcm0]`,
    ],
    [
      "a clock that leaps, without a state that a rebuilt graph would lose",
      {},
      leaping,
      `[0:1]${stereoFilters},asetpts='(T-(1.4+gte(T,99.9995)*90))/TB'[pcm0]`,
    ],
  ])("takes %s", (_title, audio, timeline, wanted) => {
    expect(soundArgs(sounds(audio), from(timeline))[1]).toBe(wanted);
  });
});

describe("the second graph of a sound", () => {
  it("fills gaps, begins at zero and leaves room for the encoder's first frame", () => {
    expect(soundArgs(sounds({}), from(still)).at(-1)).toBe(
      "[dec:0]aresample=async=1:first_pts=0:min_hard_comp=0.05,aformat=sample_fmts=fltp:sample_rates=48000:channel_layouts=stereo,atrim=start_sample=1024,asetpts=PTS-STARTPTS[a0]",
    );
  });
});

describe("a sound that was made beside the source", () => {
  const label = { language: "pt", title: undefined };
  const dub = madeSound({ path: "/work/jobs/x/dub.wav", seconds: 10, label });
  const both = sounds({}, [dub]);

  it("is an input of its own behind the others, whose times are those of the result", () => {
    const args = soundArgs(both, from(leaping, 2));
    expect(args.filter((one) => one.startsWith("[0:") || one.startsWith("[2:"))).toEqual([
      `[0:1]${stereoFilters},asetpts='(T-(1.4+gte(T,99.9995)*90))/TB'[pcm0]`,
      "[2:0]aformat=sample_fmts=flt:sample_rates=48000:channel_layouts=stereo[pcm1]",
    ]);
    expect(madeFiles(both)).toEqual(["/work/jobs/x/dub.wav"]);
    expect(heardStreams(both)).toEqual([1]);
  });

  it("is opened as a WAV alone, by the whole command and by the one that measures it", () => {
    const source = { ...aSource(), alternates: [dub] };
    const { argv, sounds: planned } = planEncode(planArgs({ source }));
    const wav =
      "-protocol_whitelist file,pipe -format_whitelist wav -f wav -i file:/work/jobs/x/dub.wav";
    expect(argv.join(" ")).toContain(`-i file:/work/jobs/x/source ${wav}`);
    const [, last] = planned;
    if (!last) throw new Error("there is no second sound");
    expect(planMeasure(planArgs({ source }), last).join(" ")).toMatch(
      new RegExp(`-max_error_rate 1 ${wav} -filter_complex \\[0:0\\]`),
    );
  });
});

it("a sound is written as it will be heard, whole and for those who listen for words", () => {
  const [sound] = planEncode(planArgs()).sounds;
  if (!sound) throw new Error("there is no sound");
  const written = { whole: "/w/whole.wav", speech: "/w/speech.wav" };
  const args = planWrite(planArgs(), sound, written);
  const counted =
    "aresample=async=1:first_pts=0:min_hard_comp=0.05,aformat=sample_fmts=fltp:sample_rates=48000:channel_layouts=stereo";
  expect(args.slice(args.indexOf("-dec"))).toEqual([
    ...words("-dec 0:0 -filter_complex"),
    `[dec:0]${counted},atrim=end=10.000000,asplit=2[w][s];[s]aresample=16000,aformat=channel_layouts=mono[m]`,
    ...words("-map [w] -c:a pcm_s16le -rf64 auto -f wav file:/w/whole.wav"),
    ...words("-map [m] -c:a pcm_s16le -rf64 auto -f wav file:/w/speech.wav"),
  ]);
});

describe("several sounds", () => {
  const longer = anAudio(30, { indices: [3] });
  const all = sounds({ isSurround: true, channels: 8 }, [anAudio(10, { indices: [2] }), longer]);

  it("have graphs and decoders of their own, and none outlasts the film", () => {
    const loop = (number: number): string[] => [
      ...words(`-map [pcm${number}] -c:a pcm_f32le -f null - -dec ${number}:0 -filter_complex`),
    ];
    const surround = stereoFilters.replace("stereo", "5.1");
    expect(soundArgs(all, from(still))).toEqual([
      ...["-filter_complex", `[0:1]${stereoFilters}[pcm0]`, ...loop(0), countingGraph(0)],
      ...["-filter_complex", `[0:1]${surround}[pcm1]`, ...loop(1)],
      countingGraph(1).replace("stereo", "5.1"),
      ...["-filter_complex", `[0:2]${stereoFilters}[pcm2]`, ...loop(2), countingGraph(2)],
      ...["-filter_complex", `[0:3]${stereoFilters}[pcm3]`, ...loop(3)],
      countingGraph(3).replace("start_sample=1024", "start_sample=1024:end=10.000000"),
    ]);
  });

  it("are encoded at the rate of their channels", () => {
    expect(aacArgs(all)).toEqual(words("-c:a aac -b:a:0 128k -b:a:1 384k -b:a:2 128k -b:a:3 128k"));
    expect(aacArgs([])).toEqual([]);
  });
});
