import type { Sound, Theme } from "../case.ts";
import { encoded } from "../make.ts";
import { beep, filmOf, h264Aac, lavfi, pictures, sounds, x264 } from "../media.ts";

import { filmSeconds as seconds, row } from "./shared.ts";

/** Sound of another track: it beeps where the chosen one does not. */
const other = lavfi(`aevalsrc='0.5*sin(2*PI*600*t)*lt(mod(t,2),0.2)':s=48000:d=${seconds}`);
const otherBeeps = { channels: 2, beeps: [0, 2] } as const;
const main: Sound = { channels: 2, isDefault: true, beeps: [1, 3] };

const surround = lavfi(
  `aevalsrc='${Array.from({ length: 6 }, () => beep()).join("|")}':s=48000:d=${seconds}:c=5.1`,
);

/** Beeps twice as long as the film lasts. */
const tooLong = sounds(2 * seconds);
const left = "audio-track-left-out";

const two = `${pictures(seconds)} ${other} ${sounds(seconds)} -map 0:v -map 1:a -map 2:a ${h264Aac}`;

export const languages: Theme = {
  title: "Several sounds",
  about:
    "Of several tracks the default one that can be used is chosen, or else the first with most channels. The others are renditions beside it, in the order of the file; they end with the film.",
  cases: [
    {
      ...row(
        "languages.mkv",
        "Two languages, of which the second one is the default",
        `${two} -metadata:s:a:0 language=deu -metadata:s:a:1 language=fra -disposition:a:0 0 -disposition:a:1 default`,
        {
          sounds: [
            { ...main, language: "fr" },
            { ...otherBeeps, language: "de" },
          ],
        },
      ),
      quick: true,
    },
    row(
      "languages.mp4",
      "MP4 with two languages",
      `${two} -metadata:s:a:0 language=ger -metadata:s:a:1 language=eng -disposition:a:0 0 -disposition:a:1 default`,
      {
        sounds: [
          { ...main, language: "en" },
          { ...otherBeeps, language: "de" },
        ],
      },
    ),
    row(
      "languages.ts",
      "MPEG transport stream with two languages",
      `${pictures(seconds)} ${sounds(seconds)} ${other} -map 0:v -map 1:a -map 2:a ${h264Aac} -metadata:s:a:0 language=eng -metadata:s:a:1 language=ger`,
      {
        sounds: [
          { ...main, language: "en" },
          { ...otherBeeps, language: "de" },
        ],
      },
    ),
    row(
      "languages-of-nobody.mkv",
      "Languages and titles that are none",
      `${pictures(seconds)} ${sounds(seconds)} ${other} -map 0:v -map 1:a -map 2:a ${h264Aac} -metadata:s:a:0 language=und -metadata:s:a:1 language=x",URI=y -metadata:s:a:0 title=A"B,C='D -metadata:s:a:1 title=A"B,C='D`,
      { sounds: [main, otherBeeps] },
    ),
    row(
      "languages-and-surround.mkv",
      "A stereo sound beside 5.1 in another language, which is the default",
      `${pictures(seconds)} ${other} ${surround} -map 0:v -map 1:a -map 2:a ${x264} -c:a:0 aac -c:a:1 ac3 -metadata:s:a:0 language=eng -metadata:s:a:1 language=ger -disposition:a:0 0 -disposition:a:1 default`,
      {
        sounds: [
          { ...main, language: "de" },
          { channels: 6, language: "de", beeps: main.beeps },
          { ...otherBeeps, language: "en" },
        ],
      },
    ),
    row(
      "described.mkv",
      "A description of the pictures for those who do not see them",
      `${pictures(seconds)} ${sounds(seconds)} ${other} -map 0:v -map 1:a -map 2:a ${h264Aac} -disposition:a:0 default -disposition:a:1 visual_impaired`,
      { sounds: [main, { ...otherBeeps, madeFor: "describes-video" }] },
    ),
    row(
      "commentary.mkv",
      "A commentary before the sound of the film",
      `${two} -disposition:a:0 comment -disposition:a:1 0`,
      { sounds: [main, otherBeeps] },
    ),
    row(
      "longer-language.mkv",
      "Another sound that lasts twice as long as the film",
      `${pictures(seconds)} ${sounds(seconds)} ${tooLong} -map 0:v -map 1:a -map 2:a ${h264Aac} -metadata:s:a:1 language=ger -disposition:a:0 default -disposition:a:1 0`,
      { sounds: [main, { channels: 2, language: "de", beeps: main.beeps }] },
    ),
    row(
      "late-language.mkv",
      "Another sound that begins two seconds after the film",
      `${pictures(seconds)} ${sounds(seconds)} -itsoffset 2 ${sounds(2)} -map 0:v -map 1:a -map 2:a ${h264Aac} -metadata:s:a:1 language=ger -disposition:a:0 default -disposition:a:1 0`,
      { sounds: [main, { channels: 2, language: "de", beeps: [3] }] },
    ),
    row(
      "nine-sounds.mkv",
      "Nine sounds, one more than a result has",
      `${pictures(seconds)} ${sounds(seconds)} ${other} -map 0:v -map 1:a ${"-map 2:a ".repeat(8)}${h264Aac} -disposition:a:0 default`,
      { sounds: [main, ...Array.from({ length: 7 }, () => otherBeeps)], warnings: [left] },
    ),
    {
      name: "songs.m4a",
      property: "Two sounds and no picture, of which one is chosen",
      make: encoded("m4a", `${sounds(seconds)} ${other} -map 0 -map 1 -c:a aac`),
      expect: {
        ...filmOf(seconds),
        ...{ flashes: undefined, aspect: undefined, fps: undefined, marks: undefined },
        ...{ picture: false, beeps: main.beeps, sounds: [], warnings: [left] },
      },
    },
  ],
};
