import { describe, expect, it } from "vitest";
import { planEncode } from "../../../media/plan.ts";
import type { Track } from "../../../worker/src/media/tracks.ts";
import { verifyOutput, type Output } from "../../../worker/src/media/verify.ts";
import { anAudio } from "../../media/a-source.ts";
import { audioTrack, common, good, low, outputOf, source, top } from "./an-output.ts";

/** With 5.1 of the chosen sound, and with another sound. */
const severalPlan = planEncode({
  ...common,
  source: {
    ...source,
    audio: anAudio(8, { isSurround: true, channels: 6 }),
    alternates: [anAudio(8, { indices: [2], label: { language: "de", title: undefined } })],
  },
});

const surroundTrack: Track = {
  ...{ ...audioTrack, name: "audio-surround" },
  init: { ...audioTrack.init, channels: 6 },
};
const germanTrack: Track = { ...audioTrack, name: "audio-2" };
const several = [top, low, audioTrack, surroundTrack, germanTrack];

/** A good output of several sounds with other text in its master playlist. */
function withSeveral(part: string | RegExp, other: string): Output {
  const output = outputOf(several, severalPlan);
  return { ...output, master: output.master.replace(part, other) };
}

describe("verification of several sounds", () => {
  it("finds nothing in a good output of several sounds", () => {
    const output = outputOf(several, severalPlan);
    expect(verifyOutput(output).problems).toEqual([]);
    expect(output.master.match(/#EXT-X-MEDIA.*/g)).toEqual([
      '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="audio",NAME="Main",DEFAULT=YES,AUTOSELECT=YES,CHANNELS="2",URI="audio/index.m3u8"',
      '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="audio",NAME="Main 5.1",DEFAULT=NO,AUTOSELECT=NO,CHANNELS="6",URI="audio-surround/index.m3u8"',
      '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="audio",NAME="Deutsch",LANGUAGE="de",DEFAULT=NO,AUTOSELECT=YES,CHANNELS="2",URI="audio-2/index.m3u8"',
    ]);
  });

  it.each<[string, Output, RegExp]>([
    [
      "a missing alternate",
      outputOf([top, low, audioTrack, surroundTrack], severalPlan),
      /audio-2 is missing/,
    ],
    [
      "stereo in the place of 5.1",
      outputOf(
        [top, low, audioTrack, { ...surroundTrack, init: audioTrack.init }, germanTrack],
        severalPlan,
      ),
      /audio-surround has 2 and 2 channels, planned were 6/,
    ],
    [
      "channels that a decoder does not see",
      {
        ...good,
        inspections: new Map([
          ...good.inspections,
          ["audio", { codec_name: "aac", profile: "LC", channels: 1 }],
        ]),
      },
      /audio has 2 and 1 channels, planned were 2/,
    ],
    [
      "a late alternate",
      outputOf(
        [
          ...[top, low, audioTrack, surroundTrack],
          {
            ...germanTrack,
            segments: germanTrack.segments.map((one) => ({ ...one, presentationStart: 1024 })),
          },
        ],
        severalPlan,
      ),
      /audio-2 does not begin at zero/,
    ],
    [
      "a master with wrong channels",
      withSeveral('CHANNELS="6"', 'CHANNELS="2"'),
      /states Main 5.1 \(no language, 2 channels\) for audio-surround, right is .* 6 channels/,
    ],
    [
      "a master in which another sound is the default one",
      withSeveral(/DEFAULT=YES(.*\n.*)DEFAULT=NO/, "DEFAULT=NO$1DEFAULT=YES"),
      /Main \(no language, 2 channels\) for audio.*\n.*6 channels, default\) for audio-surround/,
    ],
    [
      "a master with two sounds of one name",
      withSeveral('NAME="Deutsch"', 'NAME="Main"'),
      /is not valid: .*different NAME/,
    ],
    [
      "a master with another language",
      withSeveral('LANGUAGE="de"', 'LANGUAGE="en"'),
      /states Deutsch \(en, 2 channels\) for audio-2, right is Deutsch \(de, 2 channels\)/,
    ],
    [
      "a master with another name",
      withSeveral('NAME="Deutsch"', 'NAME="English"'),
      /states English \(de, 2 channels\) for audio-2/,
    ],
    [
      "a master that lacks an alternate",
      withSeveral(/#EXT-X-MEDIA.*Deutsch.*\n/, ""),
      /480p 2 audio tracks/,
    ],
  ])("finds %s", (_title, output, wanted) => {
    const { problems } = verifyOutput(output);
    expect(problems.join("\n")).toMatch(wanted);
  });
});
