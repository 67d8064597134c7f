import { describe, expect, it } from "vitest";
import {
  beepsIn,
  flashesIn,
  loudness,
  parseCombed,
  parseFrames,
  playerScale,
  redSquare,
} from "./readings.ts";

it("pictures are read as ffmpeg prints them", () => {
  const text = [
    "frame:0    pts:0       pts_time:0",
    "lavfi.signalstats.YAVG=102.25",
    "lavfi.signalstats.YDIF=0",
    "frame:1    pts:512     pts_time:0.04",
    "lavfi.signalstats.YAVG=235",
    "lavfi.signalstats.YDIF=132.5",
  ].join("\n");
  const frames = { times: [0, 0.04], luma: [102.25, 235], change: [0, 132.5] };
  expect(parseFrames(text)).toEqual(frames);
});

it("the share of combed pictures is that of ffmpeg's last word", () => {
  const line = (tff: number, bff: number, whole: number): string =>
    `Multi frame detection: TFF:${tff} BFF:   ${bff} Progressive:  ${whole} Undetermined: 3\n`;
  expect(parseCombed(line(0, 0, 9) + line(30, 10, 60))).toBe(0.4);
  expect(parseCombed("nothing")).toBe(0);
});

it.each([
  ["bt709", 360, "bt709"],
  ["smpte170m", 720, "bt601"],
  ["bt470bg", 720, "bt601"],
  [undefined, 720, "bt709"],
  [undefined, 480, "bt601"],
])("matrix %s of %i lines is shown as %s", (matrix, height, shown) => {
  const stated = matrix === undefined ? { height } : { height, color_space: matrix };
  expect(playerScale(stated)).toBe(`in_color_matrix=${shown}:in_range=tv`);
});

describe("landmarks", () => {
  const times = Array.from({ length: 100 }, (_, index) => index / 25);
  const lit = (time: number): boolean => time % 2 >= 1 && time % 2 < 1.2;

  it("flashes are where pictures become bright", () => {
    const luma = times.map((time) => (lit(time) ? 235 : 110));
    expect(flashesIn({ times, luma, change: [] })).toEqual([1, 3]);
    expect(flashesIn({ times, luma: luma.map(() => 110), change: [] })).toEqual([]);
  });

  it("times count from the first picture", () => {
    const late = times.map((time) => time + 7);
    const luma = times.map((time) => (lit(time) ? 235 : 110));
    expect(flashesIn({ times: late, luma, change: [] })).toEqual([1, 3]);
  });

  it("beeps are where sound becomes loud, each one counted once", () => {
    const rate = 8000;
    const sound = Int16Array.from({ length: 4 * rate }, (_, at) =>
      lit(at / rate) ? 16_000 * Math.sin(at / 2) * (at % 800 < 200 ? 0 : 1) : 0,
    );
    expect(beepsIn(loudness(sound, rate)).map((time) => Math.round(time * 10) / 10)).toEqual([
      1, 3,
    ]);
    expect(beepsIn(loudness(new Int16Array(rate), rate))).toEqual([]);
  });

  it("the red square is measured, and missed where there is none", () => {
    const [width, height] = [60, 30];
    const inside = (x: number, y: number): boolean => x >= 10 && x < 30 && y >= 5 && y < 15;
    const rgb = Array.from({ length: width * height }, (_, at) =>
      inside(at % width, Math.floor(at / width)) ? [220, 10, 10] : [90, 90, 90],
    );
    expect(redSquare(Buffer.from(rgb.flat()), width, height)).toEqual({ width: 20, height: 10 });
    expect(redSquare(Buffer.alloc(3 * width * height, 90), width, height)).toBeUndefined();
  });
});
