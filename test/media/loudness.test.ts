import { describe, expect, it } from "vitest";
import { levelFilters, levellingOf } from "../../media/loudness.ts";
import { planEncode, planMeasure } from "../../media/plan.ts";
import { clipSource } from "../../media/clip.ts";
import { aSource, stereoFilters } from "./a-source.ts";
import { words } from "./expected-command.ts";
import { planArgs } from "./plan-args.ts";

const target = { lufs: -23, maxTruePeakDbtp: -1 };
const measured = { lufs: -30.5, truePeakDbtp: -12, rangeLu: 9 };
const peaky = { ...measured, truePeakDbtp: -6 };

describe("a sound", () => {
  it("with room for its peaks gets one gain", () => {
    const level = levellingOf(measured, target);
    expect(level).toEqual({ method: "linear", gainDb: 7.5 });
    expect(levelFilters(level)).toEqual(["volume=7.5dB"]);
  });

  it("that is too loud gets less, whatever its peaks were", () => {
    const loud = { lufs: -8, truePeakDbtp: 1.5, rangeLu: 3 };
    expect(levelFilters(levellingOf(loud, target))).toEqual(["volume=-15dB"]);
  });

  it("without that room gets a gain that follows it, below the bound of true peaks", () => {
    expect(levelFilters(levellingOf(peaky, { ...target, maxRangeLu: 12 }))).toEqual([
      "loudnorm=I=-23:TP=-1:LRA=12:measured_I=-30.5:measured_TP=-6:measured_LRA=9:measured_thresh=-40.5:linear=false",
      "aresample=48000",
      "asetpts=N/SR/TB",
    ]);
  });

  it("of a range that is too wide gets one as well", () => {
    expect(levellingOf(measured, { ...target, maxRangeLu: 8 })?.method).toBe("dynamic");
    expect(levellingOf(measured, { ...target, maxRangeLu: 9 })?.method).toBe("linear");
  });

  it("that is silent stays as it is", () => {
    expect(levellingOf({ lufs: -70, truePeakDbtp: -120, rangeLu: 0 }, target)).toBeUndefined();
    expect(levelFilters(undefined)).toEqual([]);
  });
});

describe("the commands", () => {
  const counted =
    "aresample=async=1:first_pts=0:min_hard_comp=0.05,aformat=sample_fmts=fltp:sample_rates=48000:channel_layouts=stereo";

  it("of the first pass decode one sound and no picture, as it will be encoded", () => {
    const { sounds } = planEncode(planArgs());
    const [sound] = sounds;
    if (!sound) throw new Error("there is no sound");
    expect(planMeasure(planArgs(), sound)).toEqual([
      ...words("-nostdin -hide_banner -v error -max_error_rate 1 -t 15"),
      ...words("-probesize 33554432 -analyzeduration 20000000"),
      ...words("-protocol_whitelist file,pipe -format_whitelist mov -max_streams 100"),
      ...words("-max_pixels 34471936 -f mov -i file:/work/jobs/x/source"),
      ...["-filter_complex", `[0:1]${stereoFilters}[pcm0]`],
      ...words("-map [pcm0] -c:a pcm_f32le -f null - -dec 0:0"),
      "-filter_complex",
      `[dec:0]${counted},atrim=end=10.000000,ebur128=peak=true:metadata=1:framelog=quiet,` +
        "ametadata=mode=print:key=lavfi.r128.I:file=-,ametadata=mode=print:key=lavfi.r128.LRA:file=-," +
        "ametadata=mode=print:key=lavfi.r128.true_peak:file=-[m0]",
      ...words("-map [m0] -f null -"),
    ]);
  });

  it("of the first pass read the clip alone", () => {
    const source = clipSource(aSource({ durationSeconds: 60 }), { start: 30, end: 40 });
    const [sound] = planEncode(planArgs({ source })).sounds;
    if (!sound) throw new Error("there is no sound");
    const command = planMeasure(planArgs({ source }), sound).join(" ");
    expect(command).toContain("-ss 28 -t 17");
    expect(command).toContain("atrim=end=10.000000,ebur128");
  });

  it("of the second pass have the gain between the format and the cut", () => {
    const levels = new Map([["audio", levellingOf(measured, target)]]);
    const { argv, sounds } = planEncode(planArgs({ levels }));
    expect(argv).toContain(
      `[dec:0]${counted},volume=7.5dB,atrim=start_sample=1024,asetpts=PTS-STARTPTS[a0]`,
    );
    expect(sounds[0]?.level).toEqual({ method: "linear", gainDb: 7.5 });
  });
});
