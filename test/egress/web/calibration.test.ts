import { describe, expect, it } from "vitest";
import type { Measured } from "../../../egress/src/messages.ts";
import { assess } from "../../../egress/src/web/calibration.ts";
import {
  beats,
  calibrationUrl,
  drawing,
  readyLine,
} from "../../../egress/src/web/calibration-page.ts";
import { readCalibration, readTimes } from "../../../egress/src/web/calibration-reading.ts";

const looked = { rate: 30, sampleRate: 48_000 };

interface Recorded {
  readonly seconds?: number;
  /** Of the first beat, in seconds. */
  readonly first?: number;
  /** Of the sound. */
  readonly lateMs?: number;
  /** Of so many pictures one is new. */
  readonly newOf?: number;
  readonly hasSound?: boolean;
}

const isLoud = (at: number, first: number) =>
  at - first >= -1e-9 && (at - first + 1e-9) % beats.everySeconds < beats.loudSeconds;

/** What a recording of the page has, as ffmpeg hands it over. */
function recorded({ seconds = 8, first = 1.2, lateMs = 0, newOf = 1, hasSound = true }: Recorded) {
  const { width, height, squares, square, counterHeight } = drawing;
  const pictures = Array.from({ length: seconds * looked.rate }, (_, n) => {
    const shown = n - (n % newOf);
    const picture = Buffer.alloc(width * height, isLoud(shown / looked.rate, first) ? 255 : 0);
    for (let row = 0; row < counterHeight; row += 1) {
      for (let bit = 0; bit < squares; bit += 1) {
        const from = row * width + bit * square;
        // The page draws twice for each picture.
        picture.fill(((2 * shown) >> bit) & 1 ? 255 : 0, from, from + square);
      }
    }
    return picture;
  });
  const sound = Buffer.alloc(seconds * looked.sampleRate * 2);
  for (let n = 0; hasSound && n < seconds * looked.sampleRate; n += 1) {
    const at = n / looked.sampleRate;
    const value = isLoud(at - lateMs / 1000, first) ? Math.sin(2 * Math.PI * 1000 * at) : 0;
    sound.writeInt16LE(Math.round(value * 0.7 * 32_767), n * 2);
  }
  const times = pictures.map((_, n) => n / looked.rate);
  const { sampleRate } = looked;
  return readCalibration({ pictures: Buffer.concat(pictures), times, sound, sampleRate });
}

const bounds = { seconds: 8, mostOffsetMs: 80, mostSpreadMs: 40, leastPicturesPercent: 95 };

describe("what is read of a recording", () => {
  // A flash is seen with the first picture after it, half the time of a picture later in the middle.
  const half = 1000 / looked.rate / 2;

  it.each([-180, -50, 0, 35, 150])("is a sound that is %i ms late", (lateMs) => {
    const { offsetMs, spreadMs, beeps, picturesPercent } = assess(recorded({ lateMs }), bounds);
    expect(Math.abs(offsetMs - (lateMs - half))).toBeLessThan(4);
    expect(spreadMs).toBeLessThan(half + 2);
    expect(beeps).toBeGreaterThan(8);
    expect(picturesPercent).toBe(100);
  });

  it("does not depend on where among the pictures the flashes are", () => {
    const found = Array.from({ length: 12 }, (_, n) =>
      recorded({ first: 1 + n * 0.003, lateMs: -40 }),
    ).map((measured) => assess(measured, bounds).offsetMs);
    expect(Math.max(...found) - Math.min(...found)).toBeLessThan(7);
  });

  it.each([
    { newOf: 1, percent: 100 },
    { newOf: 2, percent: 50 },
    { newOf: 3, percent: 33 },
  ])("is a picture in $newOf that is new", ({ newOf, percent }) => {
    const { picturesPercent } = assess(recorded({ newOf }), bounds);
    expect(Math.abs(picturesPercent - percent)).toBeLessThan(1);
  });

  it("is nothing where there is no sound, or no picture", () => {
    expect(recorded({ hasSound: false }).offsetsMs).toEqual([]);
    const none = Buffer.alloc(0);
    expect(readCalibration({ pictures: none, times: [], sound: none, sampleRate: 48_000 })).toEqual(
      {
        ...{ pictures: 0, fresh: 0 },
        offsetsMs: [],
      },
    );
  });
});

it("the times of pictures are theirs, whatever the order of packets", () => {
  expect(readTimes("0.021333\n0.121333\n0.054667,\n0.088000\n\n")).toEqual([
    0.021333, 0.054667, 0.088, 0.121333,
  ]);
});

const measured = (offsetsMs: readonly number[], fresh = 210): Measured => ({
  ...{ pictures: 210, fresh },
  offsetsMs: [...offsetsMs],
});
const around = (middle: number) => [-10, -6, -3, 0, 0, 3, 6, 10].map((by) => middle + by);

describe("a recorder", () => {
  it.each([
    { what: "that is early as all are", found: measured(around(-49)) },
    { what: "at the bound", found: measured(around(-80)) },
    { what: "at the other", found: measured(around(80)) },
    { what: "one of whose beeps was late for once", found: measured([...around(-49), 120]) },
    { what: "that repeated a picture in twenty", found: measured(around(0), 200) },
  ])("$what may take pages", ({ found }) => {
    expect(assess(found, bounds).outside).toBeUndefined();
  });

  it.each([
    {
      ...{ what: "whose sound is too early", found: measured(around(-81)) },
      outside: "the sound was 81 ms early; 80 ms may be corrected",
    },
    {
      ...{ what: "whose sound is too late", found: measured(around(120.04)) },
      outside: "the sound was 120 ms late; 80 ms may be corrected",
    },
    {
      ...{ what: "that repeats pictures", found: measured(around(0), 120) },
      outside: "57.1 % of the pictures were new; 95 % are needed",
    },
    {
      what: "whose sound comes and goes",
      found: measured([-120, -60, -50, -45, 0, 45, 50, 60, 120]),
      outside: "beeps were up to 120 ms from the middle of their offsets; 40 ms are allowed",
    },
    {
      ...{ what: "that hears hardly anything", found: measured([0, 0, 0, 0]) },
      outside: "4 beeps came with a flash; 5 are needed",
    },
    {
      ...{ what: "that hears nothing", found: measured([]) },
      outside: "0 beeps came with a flash; 5 are needed",
    },
    {
      ...{ what: "that sees nothing", found: { pictures: 0, fresh: 0, offsetsMs: around(0) } },
      outside: "0 % of the pictures were new; 95 % are needed",
    },
  ])("$what takes none, and says why", ({ found, outside }) => {
    expect(assess(found, bounds).outside).toBe(outside);
  });

  it("is corrected by the middle", () => {
    expect(assess(measured(around(-48.66)), bounds)).toEqual({
      ...{ offsetMs: -48.7, spreadMs: 10, picturesPercent: 100, beeps: 8 },
      outside: undefined,
    });
  });
});

it("the page is asked of no server, and says when it can be recorded", () => {
  expect(calibrationUrl).toMatch(/^data:text\/html;charset=utf-8,[^ <>"]+$/);
  const page = decodeURIComponent(calibrationUrl);
  expect(page).toContain(`console.log("${readyLine}")`);
  expect(page).not.toMatch(/https?:/);
});
