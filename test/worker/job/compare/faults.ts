import type { Source } from "../../../../media/source.ts";
import type { Fault } from "./make-result.ts";
import type { sources } from "./sources.ts";

/** A kind of wrong result, and what has to be said of it. */
export interface FaultRow {
  readonly kind: string;
  /** Rows with the same one share its right result. */
  readonly source: keyof typeof sources;
  readonly fault: Fault;
  /** What the verifier says of the wrong result. */
  readonly says: RegExp;
  /** What it states of the right one. */
  readonly states: RegExp;
}

type Video = NonNullable<Source["video"]>;
type Audio = NonNullable<Source["audio"]>;

/** The worker is wrong about the picture. */
function picture(change: (video: Video) => Partial<Video>): Fault {
  return {
    takesItFor: ({ video, ...source }) => ({
      ...source,
      video: video && { ...video, ...change(video) },
    }),
  };
}

/** The worker is wrong about the sound. */
function sound(change: (audio: Audio) => Partial<Audio>): Fault {
  return {
    takesItFor: ({ audio, ...source }) => ({
      ...source,
      audio: audio && { ...audio, ...change(audio) },
    }),
  };
}

/** The worker runs a command with other words in its filters. */
function filtered(from: RegExp, to: string): Fault {
  return { runs: (argv) => argv.map((word) => word.replace(from, to)) };
}

const soundCompared = /the sound is the source's, by decoding both/;
const picturesCompared = /colours and shapes of pictures are the source's, by decoding both/;

export const faults: readonly FaultRow[] = [
  {
    kind: "sound that is two seconds late after a change in the middle",
    source: "size-change.ts",
    fault: sound(({ toStereo }) => ({ toStereo: `${toStereo},asetpts=PTS+gte(T\\,4)*2/TB` })),
    says: /from \d s on the sound is 2000 ms late/,
    states: soundCompared,
  },
  {
    kind: "sound of which the stamps have less room than the samples need",
    source: "film.mp4",
    fault: {
      runs: (argv) => argv.toSpliced(-1, 0, "-bsf:a", "setts=pts=PTS*0.7:dts=DTS*0.7"),
    },
    says: /audio lasts 5\.\d+ s and holds 8\.\d+ s of samples/,
    states: /sound is as long as its samples/,
  },
  {
    kind: "the matrix of BT.601 in pictures that are shown as BT.709",
    source: "rgb-screen.mkv",
    fault: picture(({ colour }) => ({
      colour: { ...colour, filters: ["scale=out_color_matrix=bt601:out_range=tv"] },
    })),
    says: /colours are off by \d\d of 255/,
    states: picturesCompared,
  },
  {
    kind: "colours that the result does not state",
    source: "film.mp4",
    fault: filtered(
      /colorspace=\w+:color_primaries=\w+:color_trc=\w+/,
      "colorspace=unknown:color_primaries=unknown:color_trc=unknown",
    ),
    says: /180p is tagged unknown/,
    states: /every picture states its colours/,
  },
  {
    kind: "a picture that the container crops, squeezed whole into the shape of the part",
    source: "container-crop.mkv",
    fault: picture(({ picture: seen }) => ({ picture: { ...seen, crop: undefined } })),
    says: /at \d\.\d s (colours are|a part of the picture)/,
    states: picturesCompared,
  },
  {
    kind: "a picture that the container crops, shown whole",
    source: "container-crop.mkv",
    fault: picture(({ picture: seen }) => ({
      picture: { ...seen, crop: undefined, displayed: { width: 640, height: 360 } },
    })),
    says: /360p is 640x360 and 640x360, planned was 640x268/,
    states: /every picture has its planned size/,
  },
  {
    kind: "the shape of the first pixels for pictures that change it in the middle",
    source: "aspect-switch.ts",
    fault: picture(({ picture: seen }) => ({ picture: { ...seen, changes: [] } })),
    says: /at \d\.\d s a part of the picture is not the source's: it is off by \d+ of 255/,
    states: picturesCompared,
  },
  {
    kind: "two of three pictures of a burst thrown away",
    source: "bursts-vfr.mp4",
    fault: picture(() => ({ fps: { num: 24, den: 1 } })),
    says: /at \d\.\d s the result keeps 1\d of 3\d moving pictures/,
    states: /motion is kept, by decoding both/,
  },
  {
    kind: "all pictures where the profile has half of them",
    source: "fast.mp4",
    fault: filtered(/30\/1/g, "60/1"),
    says: /180p has 60\.000 frames per second; planned were 30\.000, and 30 are allowed/,
    states: /pictures come at the planned rate/,
  },
  {
    kind: "every second one of the pictures that a profile keeps, each twice",
    source: "fast.mp4",
    fault: filtered(/fps=fps=30\/1/, "fps=fps=15,fps=fps=30"),
    says: /at \d\.\d s the result keeps [89] of 3\d moving pictures/,
    states: /motion is kept, by decoding both/,
  },
  {
    kind: "fields that were left in one picture",
    source: "fields.ts",
    fault: picture(({ sourceFps }) => ({ fieldOrder: undefined, fps: sourceFps })),
    says: /pictures still consist of two fields \(tff\)/,
    states: /no picture consists of two fields/,
  },
  {
    kind: "a still that ends after half a second, under twenty seconds of sound",
    source: "still-long-audio.mp4",
    fault: filtered(/stop_duration=[\d.]+/, "stop_duration=0.4"),
    says: /180p lasts 0\.50 s of 20\.00 s/,
    states: /durations agree with each other and with the source/,
  },
  {
    kind: "the sound of another track",
    source: "languages.mkv",
    fault: sound(({ indices: [index = 0] }) => ({ indices: [index - 1] })),
    says: /from 0 s on the sound is (\d+ ms (late|early)|not the source's)/,
    states: soundCompared,
  },
  {
    kind: "an alternate with the sound of the track that plays by default",
    source: "languages.mkv",
    fault: {
      takesItFor: ({ alternates, ...source }) => ({
        ...source,
        alternates: alternates.map((one) => ({ ...one, ...source.audio })),
      }),
    },
    says: /audio-2: from 0 s on the sound is (\d+ ms (late|early)|not the source's)/,
    states: soundCompared,
  },
  {
    kind: "left for right and right for left",
    source: "left-and-right.mov",
    fault: sound(({ indices }) => ({ indices: indices.toReversed() })),
    says: /from 0 s on the sound is (\d+ ms (late|early)|not the source's)/,
    states: soundCompared,
  },
  {
    kind: "pictures that end after three of eight seconds",
    source: "film.mp4",
    fault: filtered(/trim=end=[\d.]+/, "trim=end=3"),
    says: /180p lasts 3\.00 s of 8\.00 s/,
    states: /durations agree with each other and with the source/,
  },
  {
    kind: "pictures that stand still from the middle on",
    source: "film.mp4",
    fault: filtered(/,trim=end/, ",loop=loop=150:size=1:start=75,trim=end"),
    says: /the result keeps 0 of \d+ moving pictures/,
    states: /motion is kept, by decoding both/,
  },
  {
    kind: "a picture that is later than its sound by a second",
    source: "film.mp4",
    fault: filtered(/,fps=fps=25/, ",setpts=PTS+1/TB,fps=fps=25"),
    says: /at \d\.\d s (colours are off|the result keeps)/,
    states: picturesCompared,
  },
];
