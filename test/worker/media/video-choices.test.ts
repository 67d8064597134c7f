import { describe, expect, it } from "vitest";
import type { SourceVideo } from "../../../media/source.ts";
import type { Timeline } from "../../../media/timeline.ts";
import { cadenceOf, plannedRate } from "../../../media/frame-rate.ts";
import { formatRational } from "../../../media/rational.ts";
import { rateChoices, videoChoices } from "../../../worker/src/media/video-choices.ts";
import { aPicture, aSource } from "../../media/a-source.ts";

const still: Timeline = { origin: 0, leaps: [] };
const { colour } = aSource().video;

function choices(video: Partial<SourceVideo>, timeline = still): string[] {
  return videoChoices(aSource({ video }).video, timeline).map(
    ({ subject, choice, reason }) => `${subject}: ${choice}. ${reason}`,
  );
}

describe("what was chosen from the picture", () => {
  it.each<[string, Partial<SourceVideo>, string[]]>([
    ["a usual source", {}, []],
    [
      "colours that are not described",
      { colour: { ...colour, assumed: true } },
      [
        "colour: The source is read as bt709/bt709/bt709, limited range. Its own description is missing, incomplete or invalid.",
      ],
    ],
    [
      "a picture that is cut, turned and stretched",
      {
        picture: {
          ...aPicture(1440, 1080),
          pixelAspect: 4 / 3,
          crop: { left: 0, top: 0, width: 1200, height: 1080 },
          turn: ["transpose=clock"],
          displayed: { width: 1080, height: 1600 },
        },
      },
      [
        "picture: 1080 by 1600: cut to 1200 by 1080 pixels, turned or mirrored, brought to square pixels. The container says that it is shown so.",
      ],
    ],
  ])("is said of %s", (_title, video, wanted) => {
    expect(choices(video)).toEqual(wanted);
  });

  it("is said of a clock that leaps", () => {
    const leaps = [
      { at: 100, seconds: 80 },
      { at: 300, seconds: 190.4 },
    ];
    expect(choices({}, { origin: 0, leaps })).toEqual([
      "timeline: 270 s without any packet were closed. All tracks leap at the same time and go on behind it.",
    ]);
  });
});

describe("the rate that was chosen", () => {
  it.each<[string, Partial<SourceVideo>, number, string, string]>([
    [
      "a usual source",
      {},
      60,
      "30/1",
      "30 frames per second. The source moves at this rate where it moves fastest.",
    ],
    [
      "a source that a profile's bound leaves whole",
      { fps: { num: 25, den: 1 } },
      30,
      "25/1",
      "25 frames per second. The source moves at this rate where it moves fastest.",
    ],
    [
      "a fast source",
      { fps: { num: 240, den: 2 } },
      60,
      "60/1",
      "60 frames per second. The source has 120 frames per second; more than 60 are not played everywhere, and one in 2 is kept, so that motion stays even.",
    ],
    [
      "a profile's bound",
      { fps: { num: 60000, den: 1001 } },
      30,
      "30000/1001",
      "29.97 frames per second. The source has 59.94 frames per second; the profile has 30 at most, and one in 2 is kept, so that motion stays even.",
    ],
    [
      "a source a little above the bound",
      { fps: { num: 301, den: 10 } },
      30,
      "30/1",
      "30 frames per second. The source has 30.1 frames per second; the profile has 30 at most, and single ones are left out.",
    ],
    [
      "fields",
      { fps: { num: 60000, den: 1001 }, fieldOrder: "tff" },
      60,
      "60000/1001",
      "59.94 frames per second. The pictures consist of fields (tff); each field becomes a picture.",
    ],
    [
      "fields under a bound",
      { fps: { num: 50, den: 1 }, fieldOrder: "tff" },
      30,
      "25/1",
      "25 frames per second. The source has 50 fields (tff) per second; the profile has 30 at most, and one in 2 is kept, so that motion stays even.",
    ],
  ])("is said of %s", (_title, changes, maxFps, planned, wanted) => {
    const { video } = aSource({ video: changes });
    const cadence = cadenceOf(plannedRate(video.fps, maxFps));
    expect(formatRational(cadence.fps)).toBe(planned);
    const said = rateChoices(video, { cadence, maxFps });
    expect(said.map(({ subject, choice, reason }) => [subject, `${choice}. ${reason}`])).toEqual([
      ["frame-rate", wanted],
    ]);
  });

  it("is not said of sound alone", () => {
    const cadence = cadenceOf({ num: 25, den: 1 });
    expect(rateChoices(undefined, { cadence, maxFps: 60 })).toEqual([]);
  });
});
