import { describe, expect, it } from "vitest";
import { planSounds, soundChoices, type SoundRendition } from "../../media/sound-renditions.ts";
import type { SourceAudio } from "../../media/source.ts";
import type { TrackLabel } from "../../media/track-names.ts";
import { anAudio, aSoundSource, aSource } from "./a-source.ts";
import { aProfile } from "../support/profiles.ts";

function label(language?: string, title?: string): TrackLabel {
  return { language, title };
}

const german = anAudio(10, { indices: [1], label: label("de") });
const english = anAudio(10, { indices: [2], label: label("en") });
const nameless = anAudio(10, { indices: [3] });

function plan(audio: Partial<SourceAudio>, ...alternates: readonly SourceAudio[]) {
  return planSounds(aSource({ audio, alternates }), aProfile("hls-1080p").audio);
}

function view({ name, shown, channels, kbps, isDefault, autoselect }: SoundRendition) {
  const flags = [...(isDefault ? ["default"] : []), ...(autoselect ? ["auto"] : [])];
  return [name, shown, channels, kbps, ...flags].join(" | ");
}

describe("the sounds of a result", () => {
  it.each<[string, SoundRendition[], string[]]>([
    ["one of which nothing is known", plan({}), ["audio | Main | 2 | 128 | default | auto"]],
    [
      "one in each language",
      plan(german, english),
      ["audio | Deutsch | 2 | 128 | default | auto", "audio-2 | English | 2 | 128 | auto"],
    ],
    [
      "of which nothing is known",
      plan({}, nameless, nameless),
      [
        "audio | Main | 2 | 128 | default | auto",
        "audio-2 | Track 2 | 2 | 128",
        "audio-3 | Track 3 | 2 | 128",
      ],
    ],
    [
      "of the same language, of which players choose one",
      plan(german, german, { ...english, label: label("en", "Stereo") }, english),
      [
        "audio | Deutsch | 2 | 128 | default | auto",
        "audio-2 | Deutsch 2 | 2 | 128",
        "audio-3 | English (Stereo) | 2 | 128 | auto",
        "audio-4 | English | 2 | 128",
      ],
    ],
    [
      "for people who cannot see, and a commentary",
      plan(
        german,
        { ...german, characteristics: ["public.accessibility.describes-video"] },
        { ...english, isCommentary: true },
      ),
      [
        "audio | Deutsch | 2 | 128 | default | auto",
        "audio-2 | Deutsch 2 | 2 | 128 | auto",
        "audio-3 | English | 2 | 128",
      ],
    ],
    [
      "with 5.1 of the chosen one",
      plan({ ...german, isSurround: true, channels: 8 }, { ...english, isSurround: true }),
      [
        "audio | Deutsch | 2 | 128 | default | auto",
        "audio-surround | Deutsch 5.1 | 6 | 384",
        "audio-2 | English | 2 | 128 | auto",
      ],
    ],
    [
      "with 5.1 of which nothing is known",
      plan({ isSurround: true, channels: 6 }),
      ["audio | Main | 2 | 128 | default | auto", "audio-surround | Main 5.1 | 6 | 384"],
    ],
    ["none", planSounds(aSource({ audio: "none" }), aProfile("hls-1080p").audio), []],
  ])("%s", (_title, sounds, wanted) => {
    expect(sounds.map(view)).toEqual(wanted);
  });

  it.each([
    ["hls-720p", ["audio"]],
    ["hls-1080p", ["audio", "audio-surround"]],
    ["hls-2160p", ["audio", "audio-surround"]],
  ] as const)("in the profile %s are %j where the source has 7.1", (profile, wanted) => {
    const source = aSource({ audio: { isSurround: true, channels: 8 } });
    expect(planSounds(source, aProfile(profile).audio).map(({ name }) => name)).toEqual(wanted);
  });

  it("are stereo where there is no picture", () => {
    const source = aSoundSource({ audio: { isSurround: true, channels: 6 } });
    expect(planSounds(source, aProfile("hls-1080p").audio).map(({ name }) => name)).toEqual([
      "audio",
    ]);
  });

  it("end with the film", () => {
    const sounds = plan({}, anAudio(30), anAudio(4));
    expect(sounds.map(({ end }) => end)).toEqual([10, 10, 4]);
  });
});

it("what was made of surround sound is a choice", () => {
  expect(soundChoices(plan({ isSurround: true, channels: 8 }))).toEqual([
    {
      subject: "audio",
      choice: "5.1 beside stereo",
      reason: "The chosen sound has 8 channels, and the profile keeps 5.1.",
    },
  ]);
  expect(soundChoices(plan({}, english))).toEqual([]);
});
