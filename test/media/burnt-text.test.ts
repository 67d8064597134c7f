import { describe, expect, it } from "vitest";
import { coveredHeight, textFilter, textMeasures } from "../../media/burnt-text.ts";
import { encoders } from "../../media/encoders/index.ts";
import { planEncode } from "../../media/plan.ts";
import { planArgs } from "./plan-args.ts";

const film = { width: 1920, height: 1080 };
const text = { path: "/work/jobs/x/burnt/text.ass", reads: [], look: {}, shown: [] };
const filter = "ass=filename=/work/jobs/x/burnt/text.ass";

describe("the command with burnt-in subtitles", () => {
  const commandOf = (change: Parameters<typeof planArgs>[0]) =>
    planEncode(planArgs({ text, ...change })).argv.join(" ");

  it("draws them once, into pictures in the size of the film", () => {
    const command = commandOf({});
    expect(command).toContain(
      "sidedata=mode=delete:type=CONTENT_LIGHT_LEVEL,format=yuv420p," +
        `${filter},format=yuv420p,split=4[s0][s1][s2][s3];[s0]scale=1920:1080`,
    );
    expect(command.split("ass=")).toHaveLength(2);
  });

  it("draws them over an overlay, and before the device gets the pictures", () => {
    const size = { width: 288, height: 144 };
    const overlay = { path: "/work/picture.png", size, look: {} };
    const command = commandOf({ overlay, encoder: encoders.vaapi });
    expect(command).toContain(`eof_action=repeat[over];[over]${filter},format=nv12,hwupload`);
  });

  it("is the one without them but for that", () => {
    const plain = planEncode(planArgs({})).argv.join(" ");
    expect(commandOf({}).replace(`format=yuv420p,${filter},`, "")).toBe(plain);
  });
});

it("a folder's name cannot end the name of the file", () => {
  expect(textFilter({ path: "/a:b/c'd,[e];\\f" })).toBe(
    String.raw`ass=filename=/a\\:b/c\\\'d\,\[e\]\;\\\\f`,
  );
});

describe("the text over a film", () => {
  it("has measures that follow the film's height", () => {
    expect(textMeasures(film, {})).toEqual({
      ...{ lineHeight: 64.8, sideMargin: 96, edgeMargin: 54, outline: 4.63 },
    });
    expect(textMeasures({ width: 640, height: 360 }, { size: 0.1, margin: 0 })).toEqual({
      ...{ lineHeight: 36, sideMargin: 32, edgeMargin: 0, outline: 2.57 },
    });
  });

  const cue = (start: number, end: number, ...lines: string[]) => ({ start, end, lines });

  it.each([
    ["nothing is shown", [cue(0, 1000, "a")], 0],
    ["one line is", [cue(1500, 3000, "a")], 0.14],
    ["two lines are", [cue(1500, 3000, "a", "b")], 0.211],
    ["one that is too long for its width is", [cue(1500, 3000, "x".repeat(50))], 0.211],
    ["more than fits is", [cue(1500, 3000, "x".repeat(2000))], 1],
  ])("covers what it may when %s", (_what, shown, share) => {
    const covered = coveredHeight(film, { look: {}, shown }, { from: 1, to: 2 });
    expect(covered).toBeCloseTo(share, 2);
  });
});
