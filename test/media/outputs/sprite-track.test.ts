import { expect, it } from "vitest";
import type { SpritePlan } from "../../../media/outputs/pictures.ts";
import { spriteTrack } from "../../../media/outputs/sprite-track.ts";
import { spriteTrackProblems } from "../../../worker/src/media/outputs/sprite-check.ts";

const plan: SpritePlan = {
  rendition: { name: "360p", codec: "h264", width: 640, height: 360, maxKbps: 800 },
  ...{ width: 160, height: 90, first: 0, step: 1800.5, count: 5 },
  ...{ columns: 2, rows: 2, sheets: 2, argv: [] },
};
const durationSeconds = 9000.25;
const text = spriteTrack(plan, durationSeconds);

it("a sprite's track leads to the part of a sheet for each time", () => {
  expect(text).toBe(`WEBVTT

00:00:00.000 --> 00:30:00.500
00000.jpg#xywh=0,0,160,90

00:30:00.500 --> 01:00:01.000
00000.jpg#xywh=160,0,160,90

01:00:01.000 --> 01:30:01.500
00000.jpg#xywh=0,90,160,90

01:30:01.500 --> 02:00:02.000
00000.jpg#xywh=160,90,160,90

02:00:02.000 --> 02:30:00.250
00001.jpg#xywh=0,0,160,90
`);
  expect(spriteTrackProblems(text, { plan, durationSeconds })).toEqual([]);
});

it.each([
  [
    "a place outside",
    "xywh=160,90,",
    "xywh=161,90,",
    "cue 3 of the sprite's track lies outside of the sheets",
  ],
  [
    "a sheet that is not there",
    "00001.jpg",
    "00002.jpg",
    "cue 4 of the sprite's track lies outside of the sheets",
  ],
  [
    "a gap",
    "> 00:30:00.500",
    "> 00:29:00.500",
    "cue 1 of the sprite's track does not follow on the one before",
  ],
  ["a picture twice", "xywh=160,0,", "xywh=0,0,", "the sprite's track names 4 of 5 pictures"],
  [
    "an early end",
    "02:30:00.250",
    "02:29:00.250",
    "the sprite's track ends at 8940.25 s of 9000.250 s",
  ],
  ["another text", "WEBVTT", "WEBVTT X", "the sprite's track is not as it was to be written"],
])("%s in a sprite's track is found", (_title, from, to, problem) => {
  const changed = text.replace(from, to);
  expect(spriteTrackProblems(changed, { plan, durationSeconds })).toEqual([problem]);
});
