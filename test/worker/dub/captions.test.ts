import { expect, it } from "vitest";
import { captionsOf } from "../../../worker/src/job/dub/captions.ts";
import type { PlacedLine } from "../../../worker/src/job/dub/speak.ts";

/** A line that is said from one second to another, and spoken for two. */
function placedAt(start: number, dubStart: number): PlacedLine {
  const line = { start, end: start + 1, text: `said at ${start} <i>` };
  return {
    ...{ line, translation: `dito em ${start}`, start: dubStart, seconds: 2 },
    ...{ naturalSeconds: 2, speed: 1, tempo: 1, over: 0 },
  };
}

const times = (index: 0 | 1, placed: readonly PlacedLine[], seconds: number) =>
  captionsOf(placed, { from: "en", to: "pt", seconds })[index]?.cues.map(({ start, end }) => [
    start,
    end,
  ]);

it("what is said has the times of the original, its translation those of the voice", () => {
  const placed = [placedAt(1, 1.5), placedAt(4, 4)];
  const [original, translated] = captionsOf(placed, { from: "en", to: "pt", seconds: 10 });
  expect(original?.cues[0]).toEqual({ start: 1000, end: 2000, text: "said at 1 &lt;i&gt;" });
  expect(translated?.cues[0]).toEqual({ start: 1500, end: 3500, text: "dito em 1" });
  expect([original?.track.language, translated?.track.language]).toEqual(["en", "pt"]);
});

it("lines that lead behind the end of the programme are shown until there, and not behind it", () => {
  const placed = [placedAt(1, 1), placedAt(3, 4.5), placedAt(4, 5.95), placedAt(5, 7)];
  expect(times(0, placed, 6)).toEqual([
    [1000, 2000],
    [3000, 4000],
    [4000, 5000],
    [5000, 6000],
  ]);
  expect(times(1, placed, 6)).toEqual([
    [1000, 3000],
    [4500, 6000],
  ]);
});
