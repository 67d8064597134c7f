import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { clipProblem, clipShortfall, clipSource } from "../../media/clip.ts";
import { planEncode } from "../../media/plan.ts";
import { timeInResult } from "../../media/timeline.ts";
import {
  anAudio,
  aSource,
  bt709Tags,
  onGrid,
  stereoFilters,
  type SourceChanges,
} from "./a-source.ts";
import { expectedCommand, frame, fullLadder } from "./expected-command.ts";
import { planArgs } from "./plan-args.ts";

/** A minute. */
function film(changes: SourceChanges = {}) {
  return aSource({ durationSeconds: 60, ...changes });
}

describe("the command of a clip", () => {
  it("starts the clock later, and ends pictures and sound", () => {
    const source = clipSource(film(), { start: 5, end: 8 });
    const sound = `[0:1]${stereoFilters},asetpts='(T-(5))/TB'`;
    const command = expectedCommand({
      chain: [
        ...[...frame, "format=yuv420p", onGrid("30/1", "(T-(5))")],
        ...["trim=end=2.991667", bt709Tags, "format=yuv420p"],
      ],
      sound,
      steps: fullLadder,
    });
    const counting = command.map((word) =>
      word.replace("atrim=start_sample=1024", "atrim=start_sample=1024:end=3.000000"),
    );
    const readTo = counting.map((word, at) => (counting[at - 1] === "-t" ? "13" : word));
    expect(planEncode(planArgs({ source })).argv).toEqual(readTo);
  });

  it("is sought in a long file, two seconds before the clip, and no more is read than it needs", () => {
    const source = clipSource(film(), { start: 30.5, end: 40 });
    const { argv } = planEncode(planArgs({ source }));
    expect(argv.slice(argv.indexOf("-ss"), argv.indexOf("-ss") + 4)).toEqual([
      ...["-ss", "28", "-t", "17"],
    ]);
    expect(argv.join(" ")).toContain("st(1,(T-(2.5))*30/1)");
    expect(argv.join(" ")).toContain("asetpts='(T-(2.5))/TB'");
  });

  it.each<[string, SourceChanges]>([
    ["whose clock ffmpeg mends", { demuxer: "mpegts", closesLeaps: true }],
    ["without an index", { demuxer: "h264" }],
  ])("reads a file %s from its start", (_what, changes) => {
    const source = clipSource(film(changes), { start: 30, end: 40 });
    expect(planEncode(planArgs({ source })).argv).not.toContain("-ss");
    expect(planEncode(planArgs({ source })).argv.join(" ")).toContain("trim=end=9.991667");
  });

  it("knows of leaps of the clock before and behind where it is sought", () => {
    const timeline = { origin: 1, leaps: [{ at: 21, seconds: 10 }] };
    const source = clipSource(film({ timeline, lastTime: 70 }), { start: 30, end: 40 });
    const { argv } = planEncode(planArgs({ source }));
    expect(source.cut).toEqual({ start: 30, end: 40, readFrom: 39 });
    expect(argv.join(" ")).toContain("asetpts='(T-(-8+gte(T,-18.0005)*10))/TB'");
  });
});

describe("a clipped source", () => {
  it("has tracks that go on behind the clip, and others that end in it", () => {
    const source = clipSource(film({ audio: { span: { start: 0.5, end: 7 } } }), {
      start: 5,
      end: 8,
    });
    expect(source.video).toMatchObject({ span: { start: 0, end: 3 }, goesOn: true });
    expect(source.audio).toMatchObject({ span: { start: 0, end: 2 }, goesOn: false });
    expect(source.durationSeconds).toBe(3);
  });

  it("has no sound that is not heard in it", () => {
    const alternates = [anAudio(60), anAudio(60, { span: { start: 40, end: 60 } })];
    const given = film({ audio: { span: { start: 0, end: 5.05 } }, alternates });
    const source = clipSource(given, { start: 5, end: 8 });
    expect([source.audio, source.alternates.length]).toEqual([undefined, 1]);
  });

  it("is looked at where it moves most only if that is in the clip", () => {
    const busiest = (at: number) =>
      clipSource(film({ video: { busiest: at } }), { start: 5, end: 8 }).video?.busiest;
    expect([busiest(4.9), busiest(6), busiest(8)]).toEqual([undefined, 6, undefined]);
  });

  it("lies where the whole has it, for any clip and clock", () => {
    const seconds = fc.double({ min: 0, max: 50, noNaN: true });
    fc.assert(
      fc.property(seconds, seconds, (start, origin) => {
        const timeline = { origin, leaps: [{ at: origin + 7, seconds: 3 }] };
        const clipped = clipSource(film({ timeline }), { start, end: start + 5 });
        const at = origin + 30;
        const whole = timeInResult(timeline, at);
        return Math.abs(timeInResult(clipped.timeline, at) - (whole - start)) < 1e-6;
      }),
    );
  });
});

describe("a clip that does not fit its source", () => {
  it.each([
    ["behind the end", { start: 60 }, "begins at 60 s, and the pictures of the source end at 60 s"],
    ["too near to the end", { start: 59.95 }, "begins at 59.95 s"],
    ["inside", { start: 59.9 }, undefined],
  ])("begins %s", (_what, clip, problem) => {
    const found = clipProblem(film(), clip);
    if (problem === undefined) expect(found).toBeUndefined();
    else expect(found).toContain(problem);
  });

  it("ends behind it by some seconds, or by rounding alone", () => {
    expect(clipShortfall(film(), { end: 75.25 })).toBe(15.25);
    expect(clipShortfall(film(), { end: 60.04 })).toBe(0);
    expect(clipShortfall(film(), { start: 3 })).toBe(0);
  });
});
