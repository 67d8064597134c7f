import { describe, expect, it } from "vitest";
import { clipSource } from "../../../media/clip.ts";
import { planEncode } from "../../../media/plan.ts";
import { clipProblems } from "../../../worker/src/media/clip-check.ts";
import { verifyOutput } from "../../../worker/src/media/verify.ts";
import { aPicture, aSource } from "../../media/a-source.ts";
import { audioTrack, common, good, low, outputOf, top } from "./an-output.ts";

const whole = aSource({ durationSeconds: 60, video: { picture: aPicture(854, 480) } });
/** The tracks of `an-output.ts` have eight seconds: 240 pictures. */
const source = clipSource(whole, { start: 20, end: 28 });
const plan = planEncode({ source, ...common });
const tracks = [top, low, audioTrack];
const statement = "pictures and sound end where the clip does";

describe("a clip", () => {
  it("with all its pictures and its sound passes, and it is said that they were counted", () => {
    expect(clipProblems({ plan, source, tracks })).toEqual([]);
    const { passed } = verifyOutput({ ...outputOf(tracks, plan), source });
    expect(passed).toContain(statement);
  });

  it.each([
    ["a picture too many", 28.05, ["480p has 240 pictures, a clip of 8.050 s has 241"]],
    ["a picture too few", 27.96, ["480p has 240 pictures, a clip of 7.960 s has 239"]],
    [
      "half a second more",
      27.5,
      ["480p has 240 pictures", "audio lasts 8.000 s, the clip 7.500 s"],
    ],
  ])("that should have ended otherwise, by %s, is refused", (_what, end, wanted) => {
    const other = clipSource(whole, { start: 20, end });
    const problems = clipProblems({
      plan: planEncode({ source: other, ...common }),
      source: other,
      tracks,
    });
    for (const text of wanted) {
      expect(problems.some((problem) => problem.startsWith(text))).toBe(true);
    }
  });

  it.each([7.995, 8.01, 8.02])("of %s s has 240 pictures, as trim rounds", (seconds) => {
    const other = clipSource(whole, { start: 20, end: 20 + seconds });
    const planned = planEncode({ source: other, ...common });
    const pictures = clipProblems({ plan: planned, source: other, tracks: [top, low] });
    expect(pictures).toEqual([]);
  });

  it("that goes to the end of the source is as long as that is, which others check", () => {
    const rest = clipSource(whole, { start: 20 });
    const all = planEncode({ source: rest, ...common });
    expect(clipProblems({ plan: all, source: rest, tracks })).toEqual([]);
  });
});

it("of a whole film nothing is said of clips", () => {
  expect(verifyOutput(good).passed).not.toContain(statement);
});
