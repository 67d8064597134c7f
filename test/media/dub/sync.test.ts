import { describe, expect, it } from "vitest";
import { syncOf } from "../../../media/dub/sync.ts";

const span = (start: number, end: number) => ({ start, end });

describe("A voice and the lips of the original go together", () => {
  it.each([
    ["always, where both have the same times", [span(1, 3)], [span(1, 3)], [1, 0, 0]],
    ["in part, where the voice begins late", [span(1, 3)], [span(2, 4)], [0.333, 1, 1]],
    ["never, where one speaks after the other", [span(1, 2)], [span(3, 4)], [0, 1, 1]],
    ["for half, where a line is dubbed too short", [span(0, 4)], [span(0, 2)], [0.5, 0, 2]],
    ["once, where two talk over each other", [span(0, 2), span(1, 3)], [span(0, 3)], [1, 0, 0]],
    ["where two lines follow each other", [span(0, 1), span(1, 2)], [span(0, 2)], [1, 0, 0]],
    ["where nobody speaks", [], [], [1, 0, 0]],
    ["a line without length counts for nothing", [span(1, 1)], [span(2, 3)], [0, 1, 0]],
  ])("%s", (_what, originals, voices, [together, voiceAloneSeconds, originalAloneSeconds]) => {
    const expected = { together, voiceAloneSeconds, originalAloneSeconds };
    expect(syncOf(originals, voices)).toEqual(expected);
  });
});
