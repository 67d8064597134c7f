import { describe, expect, it } from "vitest";
import type { Accel } from "@framewright/contracts/job.ts";
import { defaultJobLimits } from "@framewright/contracts/job-limits.ts";
import { encoders } from "../../media/encoders/index.ts";
import { planEncode } from "../../media/plan.ts";
import { checkWork, encodeDeadline } from "../../worker/src/media/budget.ts";
import { allowedSeconds, estimateWork } from "../../media/work.ts";
import { aPicture, aSource, type SourceChanges } from "./a-source.ts";
import { aProfile } from "../support/profiles.ts";

const hour = 3600;

interface Slot {
  readonly accel?: Accel;
  readonly threads?: number;
  /** Of the profile. */
  readonly maxFps?: number;
}

function workOf(changes: SourceChanges, { accel = "cpu", threads = 2, maxFps }: Slot = {}) {
  const source = aSource(changes);
  const encoder = encoders[accel];
  const paths = { device: "", sourcePath: "/source", outputDir: "/out" };
  const base = aProfile("hls-2160p");
  const profile = { ...base, video: { ...base.video, ...(maxFps !== undefined && { maxFps }) } };
  const plan = planEncode({ source, profile, encoder, threads, ...paths });
  return estimateWork({ plan, source, accel, threads });
}

const uhd60 = {
  picture: aPicture(3840, 2160),
  fps: { num: 60, den: 1 },
  pictures: 60 * 6 * hour,
};

describe("what an encode will be", () => {
  it("counts the pictures of every size, over the whole length", () => {
    expect(workOf({ durationSeconds: 10 }).pictures).toBe(4 * 300);
  });

  it.each([
    // 1080p, 720p, 480p and 360p are 3.63 megapixels, at 30 pictures per second.
    ["an hour of 1080p on two cores", { durationSeconds: hour }, {}, [0.9, 1.4]],
    ["an hour of 1080p on one core", { durationSeconds: hour }, { threads: 1 }, [1.8, 2.8]],
    [
      "six hours of 2160p60 on four cores",
      { durationSeconds: 6 * hour, video: uhd60 },
      { threads: 4 },
      [25, 40],
    ],
    [
      "an hour of 1080p on NVENC",
      { durationSeconds: hour },
      { accel: "nvenc" as const },
      [0.15, 0.3],
    ],
  ])("estimates %s", (_what, source, slot, [least, most]) => {
    const hours = workOf(source, slot).seconds / hour;
    expect(hours).toBeGreaterThan(least ?? 0);
    expect(hours).toBeLessThan(most ?? 0);
  });

  it("falls with the rate that a profile allows, but for the decoding", () => {
    const film = { durationSeconds: 100, video: { ...uhd60, pictures: 6000 } };
    const [whole, half] = [workOf(film), workOf(film, { maxFps: 30 })];
    expect([whole.pictures, half.pictures]).toEqual([6 * 6000, 6 * 3000]);
    // On two cores: 6000 pictures of 8.3 megapixels at 150 a second, and a thirtieth of the sound.
    const same = ((6000 * 3840 * 2160) / 150e6 + 100 / 30) / 2;
    expect(half.seconds - same).toBeCloseTo((whole.seconds - same) / 2, 6);
  });

  it("counts pictures that stand, because each is encoded", () => {
    const standing = { durationSeconds: 14_000, video: { pictures: 26 } };
    expect(workOf(standing)).toMatchObject({ pictures: 4 * 420_000 });
    expect(workOf(standing).seconds).toBeGreaterThan(3 * hour);
  });

  it("is next to nothing for hours of sound alone", () => {
    const source = { ...aSource({ durationSeconds: 4 * hour }), video: undefined };
    const paths = { device: "", sourcePath: "/source", outputDir: "/out" };
    const encoder = encoders.cpu;
    const plan = planEncode({
      source,
      profile: aProfile("hls-720p"),
      encoder,
      threads: 2,
      ...paths,
    });
    expect(estimateWork({ plan, source, accel: "cpu", threads: 2 })).toEqual({
      pictures: 0,
      seconds: 480,
    });
  });
});

const { encode: limits } = defaultJobLimits;

describe("what is allowed", () => {
  it.each([
    ["nothing but the free part for an empty file", "1080p", 0, 1200],
    ["two minutes more for each megabyte", "1080p", 100e6, 1200 + 12_000],
    ["no more than the class allows", "720p", 5e9, 8 * hour],
    ["more in a larger class", "2160p", 5e9, 24 * hour],
  ] as const)("is %s", (_what, tier, sizeBytes, seconds) => {
    expect(allowedSeconds(limits, tier, sizeBytes)).toBe(seconds);
  });

  it.each([
    // What people send: a phone's clip, a film, a lecture of slides, a podcast with a still picture.
    ["30 s of 2160p60 from a phone", 30, { ...uhd60, pictures: 1800 }, 180e6],
    ["two hours of 1080p at 2 Mbit/s", 2 * hour, {}, 1.8e9],
    ["two hours of slides at 110 kbit/s", 2 * hour, {}, 100e6],
    [
      "four hours of sound of 64 kbit/s with a picture",
      4 * hour,
      { fps: { num: 1, den: 1 }, pictures: 1 },
      115e6,
    ],
  ])("lets pass %s", (_what, durationSeconds, video, sizeBytes) => {
    const threads = durationSeconds === 30 ? 4 : 2;
    const work = workOf({ durationSeconds, video }, { threads });
    const allowed = allowedSeconds(limits, threads === 4 ? "2160p" : "1080p", sizeBytes);
    expect(() => {
      checkWork({ work, allowedSeconds: allowed, sizeBytes });
    }).not.toThrow();
  });

  it.each([
    ["a second of film and a picture after four hours, of 3.5 MB", 14_000, { pictures: 26 }, 3.5e6],
    ["six hours of 2160p60 in black, of 77 MB", 6 * hour, uhd60, 77e6],
  ])(
    "refuses %s, with the estimate, the limit and what to do",
    (_what, durationSeconds, video, sizeBytes) => {
      const work = workOf({ durationSeconds, video }, { threads: 4 });
      const allowed = allowedSeconds(limits, "2160p", sizeBytes);
      expect(() => {
        checkWork({ work, allowedSeconds: allowed, sizeBytes });
      }).toThrow(
        expect.objectContaining({
          code: "too-much-work",
          kind: "input",
          message: expect.stringMatching(
            /^Encoding the file takes more work than allowed\. Encoding would take about [\d.]+ (minutes|hours): the result has \d+ pictures, all sizes together\. A file of [\d.]+ MB may take [\d.]+ (minutes|hours) of this profile\. Send a shorter film, or choose a smaller profile; who runs the platform can raise limits\.encode of its config\.$/,
          ) as string,
        }) as Error,
      );
    },
  );

  it("gives a busy machine twice the time before an encode is ended", () => {
    const work = { pictures: 10, seconds: 1 };
    const { ms, failure } = encodeDeadline({ work, allowedSeconds: 30, sizeBytes: 1000 });
    expect(ms).toBe(60_000);
    expect(failure.message).toContain("Encoding was ended after 60 s: the result has 10 pictures");
    expect(failure.code).toBe("too-much-work");
  });
});
