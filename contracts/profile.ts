import { Type, type Static } from "typebox";
import { tiers, type Tier } from "./job.ts";
import { isHlsAlone, outputProblems, Outputs } from "./outputs.ts";
import { LoudnessTarget } from "./loudness.ts";
import { Line } from "./text.ts";

const strict = { additionalProperties: false };
const whole = (minimum: number, maximum: number, description: string) =>
  Type.Integer({ minimum, maximum, description });

/** How jobs name a profile; the file of a built-in one has the same name. */
export const ProfileName = Type.String({
  pattern: "^[a-z0-9]+(-[a-z0-9]+)*$",
  maxLength: 40,
  description: "Name of a profile, such as hls-1080p: lower-case words and numbers between hyphens",
});
export type ProfileName = Static<typeof ProfileName>;

/** Codecs of pictures, the one that every player has first. */
export const videoCodecs = ["h264", "hevc", "av1"] as const;
export type VideoCodec = (typeof videoCodecs)[number];

/**
 * One step of a ladder. The slowest rate is the least that the platform gives any picture, and the highest keeps a segment
 * far below what a file of a result may have (`largestOutput`, worker-api.ts): six seconds at twice the rate of 60 frames
 * per second have 180 MB.
 */
export const Rung = Type.Object(
  {
    height: Type.Integer({
      minimum: 64,
      maximum: 2160,
      multipleOf: 2,
      description:
        "Height in pixels of the 16:9 box that pictures are fitted into, even; upright pictures are fitted into the box " +
        "turned by 90°",
    }),
    kbps: whole(
      150,
      80_000,
      "Upper bound of the mean rate in kilobits per second, for a picture that fills the box at up to 30 frames per " +
        "second. Smaller pictures get less, and those of more frames half as much again",
    ),
    codec: Type.Optional(
      Type.Enum(videoCodecs, {
        description:
          "h264 if it is not stated. Players that have hevc or av1 take such a rung, and get as good pictures for about 25 % " +
          "or 40 % fewer bits; the others go on with those in h264. A worker that has proven the codec takes the job",
      }),
    ),
  },
  strict,
);
export type Rung = Static<typeof Rung>;

export const maxRungs = 8;

/** The sizes of pictures that a job makes of a video. */
export const Ladder = Type.Array(Rung, {
  minItems: 1,
  maxItems: maxRungs,
  description:
    "Sizes of the pictures that are made, the tallest rung first; heights and rates fall from each to the next of the same " +
    "codec, and at least one rung is h264. No picture is scaled up, and a rung that has more than 85 % of the pixels of the " +
    "one above is left out",
});
export type Ladder = Static<typeof Ladder>;

export function codecOf({ codec = "h264" }: Pick<Rung, "codec">): VideoCodec {
  return codec;
}

/** The codecs of a ladder, in the order of players' preference for what surely plays. */
export function codecsOf(ladder: Ladder): VideoCodec[] {
  return videoCodecs.filter((codec) => ladder.some((rung) => codecOf(rung) === codec));
}

/** What a worker must have proven for these codecs; h264 is proven by every one. */
export function codecFeatures(codecs: readonly VideoCodec[]): string[] {
  return codecs.filter((codec) => codec !== "h264");
}

/** Pictures per second of any rendition, at most: the HLS Authoring Specification has no more. */
export const mostFps = 60;

/** What a job makes of a video, as data: `profiles/*.yaml`, the stack's config, and every lease. */
export const Profile = Type.Object(
  {
    name: ProfileName,
    description: Line({ minLength: 1, maxLength: 200, description: "What it is for, in a line" }),
    video: Type.Object(
      {
        codec: Type.Enum(["h264"], { description: "Codec of the rungs that state none" }),
        ladder: Ladder,
        maxFps: Type.Optional(
          whole(
            10,
            mostFps,
            "Pictures per second of every rendition, at most. A source that has more keeps every second one, or every third " +
              "and so on, so that motion stays even: 60 becomes 30 under a bound of 30, 50 becomes 25. Where that leaves up to " +
              `6 % too many, single ones are left out and exactly the bound comes out. Without it the bound is ${mostFps}`,
          ),
        ),
      },
      { ...strict, description: "How pictures are made" },
    ),
    audio: Type.Object(
      {
        codec: Type.Enum(["aac"], { description: "Codec of the sound; aac is AAC-LC" }),
        stereoKbps: whole(32, 320, "Kilobits per second of each stereo sound"),
        surroundKbps: Type.Optional(
          whole(
            128,
            768,
            "Kilobits per second of a 5.1 sound beside the stereo one, of sources that have more than two channels; " +
              "without it stereo is all",
          ),
        ),
        loudness: Type.Optional(LoudnessTarget),
      },
      { ...strict, description: "How sound is made" },
    ),
    packaging: Type.Object(
      {
        format: Type.Enum(["hls"], { description: "hls is HLS with segments of fragmented MP4" }),
        outputs: Type.Optional({
          ...Outputs,
          description: "Of jobs that name no outputs; HLS alone without it",
        }),
      },
      { ...strict, description: "In what form players get it" },
    ),
  },
  { ...strict, title: "Profile" },
);
export type Profile = Static<typeof Profile>;

/** Where in a document, as a JSON pointer, and what is wrong there. */
export interface DocumentProblem {
  readonly path: string;
  readonly message: string;
}

/** Names are folders: those of h264 are as old as the platform. */
export function renditionName(size: string, codec: VideoCodec): string {
  return codec === "h264" ? size : `${size}-${codec}`;
}

/** How the rendition of a rung is named, where the picture fills it. */
export function rungName(rung: Rung): string {
  return renditionName(`${rung.height}p`, codecOf(rung));
}

/** The same with these outputs. What workers of the version before make anyway is left out: they know no more. */
export function withOutputs(profile: Profile, outputs: Outputs | undefined): Profile {
  const { outputs: own, ...packaging } = profile.packaging;
  const wanted = outputs ?? own;
  if (wanted === undefined || isHlsAlone(wanted)) return { ...profile, packaging };
  const { hls } = wanted;
  const known = hls && hls.early !== true ? { ...wanted, hls: {} } : wanted;
  return { ...profile, packaging: { ...packaging, outputs: known } };
}

/** Width of the 16:9 box of a rung. */
export function boxWidth({ height }: Pick<Rung, "height">): number {
  return 2 * Math.round((height * 8) / 9);
}

const tallestOf = { "720p": 720, "1080p": 1080, "2160p": 2160 } as const satisfies Record<
  Tier,
  number
>;

/** The size class of what a ladder makes: the smallest one whose largest picture is as tall as its tallest rung. */
export function tierOf(ladder: Ladder): Tier {
  const tallest = Math.max(...ladder.map(({ height }) => height));
  return tiers.find((tier) => tallest <= tallestOf[tier]) ?? "2160p";
}

function fallingProblems(ladder: Ladder, path: string): DocumentProblem[] {
  return ladder.flatMap((rung, index) => {
    const above = ladder.slice(0, index).findLast((one) => codecOf(one) === codecOf(rung));
    if (!above) return [];
    return (["height", "kbps"] as const)
      .filter((key) => rung[key] >= above[key])
      .map((key) => ({
        path: `${path}/${index}/${key}`,
        message: `must be less than ${above[key]}, which the rung above has, but is ${rung[key]}`,
      }));
  });
}

/** What plays everywhere must be there (HLS Authoring Specification for Apple Devices, 1.2 and 1.3). */
function codecProblems(ladder: Ladder, path: string): DocumentProblem[] {
  if (ladder.length === 0 || codecsOf(ladder).includes("h264")) return [];
  const codecs = codecsOf(ladder).join(" and ");
  const message = `must have a rung in h264, which every player has, but has ${codecs} alone; add one`;
  return [{ path, message }];
}

/** The rungs of the built-in profiles together have up to 1.9 times the pixels of the tallest one. */
const pixelShare = 2;

/** Workers have the memory and cores that their size class needs for so many pixels at a time. */
function pixelProblems(ladder: Ladder, path: string): DocumentProblem[] {
  const pixels = (height: number): number => height * boxWidth({ height });
  const tier = tierOf(ladder);
  const allowed = pixelShare * pixels(tallestOf[tier]);
  const all = ladder.reduce((sum, { height }) => sum + pixels(height), 0);
  if (all <= allowed) return [];
  const message =
    `must have at most ${allowed} pixels in all its rungs together, twice the largest picture of size class ${tier}, ` +
    `but has ${all}; leave out a rung`;
  return [{ path, message }];
}

/** What the schema of a ladder cannot express; for ladders that fit the schema. */
export function ladderProblems(ladder: Ladder, path = ""): DocumentProblem[] {
  return [
    ...fallingProblems(ladder, path),
    ...codecProblems(ladder, path),
    ...pixelProblems(ladder, path),
  ];
}

/**
 * What the row of a job with a ladder of its own has for its profile: a replica or a worker of the version before, which
 * does not know of such ladders, knows no profile of that name either, and makes nothing instead of something else.
 */
export const ownLadder = "own-ladder";

/** What the schema of a profile cannot express; for profiles that fit the schema. */
export function profileProblems({ name, video, packaging }: Profile, path = ""): DocumentProblem[] {
  const message = `must not be "${ownLadder}", which stands for jobs with a ladder of their own`;
  return [
    ...(name === ownLadder ? [{ path: `${path}/name`, message }] : []),
    ...ladderProblems(video.ladder, `${path}/video/ladder`),
    ...outputProblems(
      packaging.outputs ?? {},
      video.ladder.map(rungName),
      `${path}/packaging/outputs`,
    ),
  ];
}
