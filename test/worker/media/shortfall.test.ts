import { describe, expect, it } from "vitest";
import { shortAlternates, shortfall } from "../../../worker/src/media/shortfall.ts";
import { planSounds } from "../../../media/sound-renditions.ts";
import type { Track } from "../../../worker/src/media/tracks.ts";
import { anAudio, aSource } from "../../media/a-source.ts";
import { aProfile } from "../../support/profiles.ts";

function track(name: string, seconds: number): Track {
  const kind = name.startsWith("audio") ? "sound" : "picture";
  const size = { width: 0, height: 0, channels: 2 };
  return {
    name,
    init: { kind, codec: undefined, codecs: "", timescale: 10, ...size, hasEditList: false },
    initBytes: 1,
    segments: [
      {
        ...{ bytes: 1, decodeStart: 0, duration: seconds * 10, samples: 1, presentationStart: 0 },
        ...{ keyframes: [], keyframesAreIdr: true },
      },
    ],
  };
}

const source = aSource({ alternates: [anAudio(60), anAudio(4)] });
const plan = { sounds: planSounds(source, aProfile("hls-1080p").audio) };

function made(picture: number, main: number, first: number, second: number) {
  const sounds = [track("audio", main), track("audio-2", first), track("audio-3", second)];
  return { plan, source, tracks: [track("720p", picture), ...sounds] };
}

describe("what a result lacks of its source", () => {
  it.each([
    ["nothing", made(10, 10, 10, 4), undefined],
    ["less than a decoder may lose", made(9.1, 9.1, 9.1, 3.1), undefined],
    ["pictures", made(8, 10, 10, 4), "720p lasts 8.00 s of 10.00 s."],
    ["its own sound", made(10, 5, 10, 4), "audio lasts 5.00 s of 10.00 s."],
    ["other sound, which is no fault of the film", made(10, 10, 5, 1), undefined],
  ])("is %s", (_title, result, wanted) => {
    expect(shortfall(result)).toBe(wanted);
  });

  it("is a warning where the end of other sound is missing", () => {
    expect(shortAlternates(made(10, 5, 10, 4))).toEqual([]);
    expect(shortAlternates(made(10, 10, 7, 4))).toEqual([
      {
        code: "audio-track-cut",
        message: 'The end of "Track 2" is missing: audio-2 lasts 7.00 s of 10.00 s.',
      },
    ]);
  });
});
