import { expect, it } from "vitest";
import { Emptiness } from "../../../egress/src/media/emptiness.ts";

it("adds up what ffmpeg says of black pictures and of silence", () => {
  const emptiness = new Emptiness();
  for (const line of [
    "[blackdetect @ 0x55] black_start:0 black_end:4.5 black_duration:4.5",
    "[silencedetect @ 0x56] silence_start: 1.2",
    "[silencedetect @ 0x56] silence_end: 4.7 | silence_duration: 3.5",
    "[silencedetect @ 0x56] silence_end: 60.7 | silence_duration: 50",
    "frame= 12",
  ]) {
    emptiness.read(line);
  }
  expect(emptiness.warnings(60)).toEqual([
    "The picture was black for 4.5 of 60.0 s",
    "There was no sound for 53.5 of 60.0 s",
  ]);
});

it("says nothing of a recording that has both", () => {
  expect(new Emptiness().warnings(60)).toEqual([]);
});
