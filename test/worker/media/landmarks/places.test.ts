import { describe, expect, it } from "vitest";
import {
  decodeBudget,
  decodeStart,
  lookPlaces,
  lookSeconds,
} from "../../../../worker/src/media/landmarks/places.ts";

function every(step: number, seconds: number): number[] {
  return Array.from({ length: Math.ceil(seconds / step) }, (_, index) => index * step);
}

/** Seconds that are decoded for these looks. */
function decoded(places: readonly number[], keyTimes: readonly number[]): number {
  return places.reduce((sum, at) => sum + at - decodeStart(keyTimes, at) + lookSeconds, 0);
}

describe("the places of looks", () => {
  it.each<[string, number, number[], number[]]>([
    ["keyframes near the middle of each part", 60, every(2, 60), [10, 30, 50]],
    ["the keyframes nearest to the middle", 60, every(15, 60), [15, 30, 45]],
    ["no keyframe too near to the end", 20, [0, 10, 19.9], [0, 10]],
    ["both halves of a short film", 8, [0], [0, 5]],
    ["no keyframes known", 8, [], [1, 5]],
    ["a second that lies in the film", 1.5, [0, 1.2], [0, 0.9]],
    ["the start of a film that is shorter than a look", 0.4, [0], [0]],
    [
      "a second half that begins behind a keyframe: little is decoded for nothing",
      20,
      [0, 9.967],
      [9.967, 11],
    ],
    ["one keyframe for an hour: as late as may be", 3600, [0], [0, 238.8]],
  ])("%s", (_title, seconds, keyTimes, wanted) => {
    expect(lookPlaces(seconds, keyTimes)).toEqual(wanted);
  });

  it.each([
    [60, every(10, 60)],
    [60, every(7.3, 60)],
    [600, every(60, 600)],
    [3600, [0]],
    [3600, [0, 1800]],
    [45, []],
  ])("of %d s decode no more than they may", (seconds, keyTimes) => {
    const places = lookPlaces(seconds, keyTimes);
    expect(places.length).toBeGreaterThan(0);
    expect(decoded(places, keyTimes)).toBeLessThanOrEqual(decodeBudget(seconds));
  });
});
