import { describe, expect, it } from "vitest";
import type { SourceVideo } from "../../../media/source.ts";
import type { Timeline } from "../../../media/timeline.ts";
import { videoChoices } from "../../../worker/src/media/video-choices.ts";
import { aPicture, aSource } from "../../media/a-source.ts";

const still: Timeline = { origin: 0, leaps: [] };
const { colour } = aSource().video;

function choices(video: Partial<SourceVideo>, timeline = still): string[] {
  return videoChoices(aSource({ video }).video, timeline).map(
    ({ subject, choice, reason }) => `${subject}: ${choice}. ${reason}`,
  );
}

const usual =
  "frame-rate: 30 frames per second. The source moves at this rate where it moves fastest.";

describe("what was chosen from the picture", () => {
  it.each<[string, Partial<SourceVideo>, string[]]>([
    ["a usual source", {}, [usual]],
    [
      "a fast source",
      { fps: { num: 60, den: 1 }, sourceFps: { num: 120, den: 1 } },
      [
        "frame-rate: 60 frames per second. The source has 120/1; more than 60 are not played everywhere.",
      ],
    ],
    [
      "fields",
      { fps: { num: 60000, den: 1001 }, sourceFps: { num: 30000, den: 1001 }, fieldOrder: "tff" },
      [
        "frame-rate: 59.94 frames per second. The pictures consist of fields (tff); each field becomes a picture.",
      ],
    ],
    [
      "colours that are not described",
      { colour: { ...colour, assumed: true } },
      [
        usual,
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
        usual,
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
    expect(choices({}, { origin: 0, leaps }).slice(1)).toEqual([
      "timeline: 270 s without any packet were closed. All tracks leap at the same time and go on behind it.",
    ]);
  });
});
