import { describe, expect, it } from "vitest";
import type { Accepted } from "./case.ts";
import { colourTime, judge, judgeWarnings } from "./judge.ts";
import { soundRate, type Measured, type MeasuredPicture } from "./measure.ts";

const seconds = 4;
const [width, height] = [64, 36];

function lit(time: number): boolean {
  return time % 2 >= 1 && time % 2 < 1.2;
}

function framesOf(change: (time: number) => number = (time) => time): Measured["frames"] {
  const times = Array.from({ length: seconds * 25 }, (_, index) => index / 25);
  return {
    times,
    luma: times.map((time) => (lit(change(time)) ? 235 : 110)),
    change: times.map(() => 5),
  };
}

function samples(change: (time: number) => number, length = seconds): Int16Array {
  return Int16Array.from({ length: length * soundRate }, (_, at) =>
    lit(change(at / soundRate)) ? 16_000 * Math.sin(at) : 0,
  );
}

function soundOf(change: (time: number) => number = (time) => time): Measured["sound"] {
  return { seconds, left: samples(change), right: samples(change) };
}

/** Red, with a square of brighter red in the middle. */
function picture(squareWidth: number): Buffer {
  const all = Array.from({ length: width * height }, (_, at) => {
    const [x, y] = [at % width, Math.floor(at / width)];
    const inside = x >= 10 && x < 10 + squareWidth && y >= 10 && y < 22;
    return inside ? [220, 0, 0] : [100, 0, 0];
  });
  return Buffer.from(all.flat());
}

const top: MeasuredPicture = { width, height, fps: 25, seconds };

const wanted: Accepted = {
  seconds,
  marks: [1, 3],
  aspect: [16, 9],
  fps: [25, 25],
  audio: true,
  ears: 2,
  colours: [[0.9, 0.9, 100, 0, 0]],
  progressive: true,
  square: [0.5],
};

const right: Measured = {
  pictures: [top],
  frames: framesOf(),
  stated: { color_space: "bt709", color_transfer: "bt709", sample_aspect_ratio: "1:1" },
  poster: true,
  sound: soundOf(),
  rgb: new Map([
    [0.5, picture(12)],
    [colourTime(wanted), picture(12)],
  ]),
  combed: 0,
};

describe("the judge of results", () => {
  it("finds nothing in a right result", () => {
    expect(judge(wanted, right)).toEqual([]);
  });

  it.each<[string, Partial<Measured>, RegExp]>([
    ["no picture", { pictures: [] }, /there is no picture/],
    ["no sound", { sound: undefined }, /there is no sound/],
    ["no poster", { poster: false }, /no poster/],
    ["a short picture", { pictures: [{ ...top, seconds: 3 }] }, /lasts 3.00 s, right is 4/],
    ["a long picture", { pictures: [{ ...top, seconds: 9 }] }, /lasts 9.00 s, right is 4/],
    ["an egg", { pictures: [{ ...top, width: 48 }] }, /48x36 is 1.333, right is 1.778/],
    ["a wrong rate", { pictures: [{ ...top, fps: 50 }] }, /50 pictures per second/],
    ["a second size that is wrong", { pictures: [top, { ...top, seconds: 1 }] }, /lasts 1.00 s/],
    ["missing pictures", { frames: { ...right.frames, times: [0, 1, 2, 3] } }, /4 pictures/],
    [
      "a frozen picture",
      { frames: { ...right.frames, change: right.frames.change.map(() => 0) } },
      /stands still for 3.96 s/,
    ],
    [
      "flashes that are late",
      { frames: framesOf((time) => time - 0.2) },
      /flashes at \[1.20 3.20\]/,
    ],
    ["beeps that are early", { sound: soundOf((time) => time + 0.2) }, /beeps at \[0.8\d 2.8\d\]/],
    [
      "sound and picture apart within what each may be off",
      { frames: framesOf((time) => time - 0.04), sound: soundOf((time) => time + 0.05) },
      /picture and sound are 0.0\d+ s apart/,
    ],
    [
      "sound with gaps that stamps hide",
      { sound: { seconds, left: samples((time) => time, 3), right: samples((time) => time, 3) } },
      /sound of 4.00 s holds samples for 3.00 s/,
    ],
    [
      "sound in one ear",
      {
        sound: {
          seconds,
          left: samples((time) => time),
          right: new Int16Array(seconds * soundRate),
        },
      },
      /one ear hears 0/,
    ],
    [
      "pixels that are not square",
      { stated: { ...right.stated, sample_aspect_ratio: "4:3" } },
      /pixels are 4:3/,
    ],
    ["no tags", { stated: {} }, /matrix is unstated/],
    ["HDR", { stated: { ...right.stated, color_transfer: "smpte2084" } }, /transfer is smpte2084/],
    ["wrong colours", { rgb: new Map([[0.5, picture(12)]]) }, /100\/0\/0 is/],
    ["a square that is none", { rgb: new Map([...right.rgb, [0.5, picture(20)]]) }, /20 by 12/],
    ["no square", { rgb: new Map([...right.rgb, [0.5, picture(0)]]) }, /no red square at 0.5 s/],
    ["fields", { combed: 0.9 }, /90 % of the pictures are combed/],
  ])("finds %s", (_title, change, finding) => {
    expect(judge(wanted, { ...right, ...change }).join("\n")).toMatch(finding);
  });

  it("finds sound or a picture that nobody wants", () => {
    expect(judge({ seconds, audio: false }, right)).toEqual(["there is sound"]);
    expect(judge({ seconds, audio: true, picture: false }, right)).toEqual(["there is a picture"]);
  });

  it("finds motion that was thrown away", () => {
    const burst = { ...wanted, distinct: { from: 0, to: 2, least: 60 } };
    expect(judge(burst, right)).toEqual(["51 different pictures, right is 60 or more"]);
  });

  it("lets the picture stand until the sound ends, and no longer", () => {
    const still = { ...wanted, pictureSeconds: 2 };
    expect(judge(still, { ...right, pictures: [{ ...top, seconds: 2 }] })).toEqual([]);
    expect(judge(still, right)).toEqual([]);
    expect(judge(still, { ...right, pictures: [{ ...top, seconds: 5 }] })).toHaveLength(1);
  });

  it("wants the warnings that are right, and no others", () => {
    const warned = { ...wanted, warnings: ["a", "b"] };
    expect(judgeWarnings(warned, ["b", "a"])).toEqual([]);
    expect(judgeWarnings(warned, ["a"])).toEqual(['the job warns of "a", right is "a, b"']);
    expect(judgeWarnings(wanted, ["a"])).toEqual(['the job warns of "a", right is ""']);
  });
});
