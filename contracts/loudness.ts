import { Type, type Static } from "typebox";

const strict = { additionalProperties: false };

/** How loud sound should be (EBU R128). */
export const LoudnessTarget = Type.Object(
  {
    lufs: Type.Number({
      minimum: -40,
      maximum: -5,
      description:
        "Integrated loudness in LUFS: -23 is that of European television (EBU R128), -16 and -14 are usual on the web",
    }),
    maxTruePeakDbtp: Type.Number({
      minimum: -9,
      maximum: 0,
      description: "True peak in dBTP, at most; -1 leaves room for what AAC adds",
    }),
    maxRangeLu: Type.Optional(
      Type.Number({
        minimum: 1,
        maximum: 50,
        description: "Loudness range in LU, at most; without it the range stays as it is",
      }),
    ),
  },
  {
    ...strict,
    description:
      "Every sound is measured and then brought to this loudness, by one gain where peaks and range allow it; absent, " +
      "sound is as loud as in the source",
  },
);
export type LoudnessTarget = Static<typeof LoudnessTarget>;

export const Loudness = Type.Object(
  {
    lufs: Type.Number({ description: "Integrated, in LUFS; -70 is silence" }),
    truePeakDbtp: Type.Number({ description: "In dBTP; -120 is silence" }),
    rangeLu: Type.Number({ description: "In LU" }),
  },
  strict,
);
export type Loudness = Static<typeof Loudness>;

/** What became of the loudness of one sound. */
export const SoundLoudness = Type.Object(
  {
    name: Type.String({ description: "Of the sound's track" }),
    method: Type.Enum(["linear", "dynamic", "none"], {
      description:
        "`linear`: one gain for the whole; `dynamic`: the gain follows the sound, since its peaks or its range would be above " +
        "the bound; `none`: it is silent",
    }),
    input: Loudness,
    output: Loudness,
  },
  { ...strict, description: "Measured by EBU R128, of the source's sound and of the result's" },
);
export type SoundLoudness = Static<typeof SoundLoudness>;

/** The feature of workers that profiles with a target need. */
export const loudnessFeature = "loudness";
