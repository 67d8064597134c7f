import { Type, type Static } from "typebox";
import { DubResult } from "./dub.ts";
import { OutputResults } from "./outputs.ts";
import { SoundLoudness } from "./loudness.ts";
import { Usage } from "./usage.ts";

/**
 * How the pictures are encoded: by NVENC, through VAAPI, or in software. The fastest comes first, and the API prefers
 * them in this order.
 */
export const accels = ["nvenc", "vaapi", "cpu"] as const;
export const Accel = Type.Enum(accels);
export type Accel = Static<typeof Accel>;

/** The size class of a job, by the tallest rung of its ladder (seed 000, resource tuning). */
export const tiers = ["720p", "1080p", "2160p"] as const;
export const Tier = Type.Enum(tiers);
export type Tier = Static<typeof Tier>;

/** Cores on which a job of the size class encodes at about real time (seed 000, resource tuning of CPU workers). */
export const coresOf = { "720p": 1, "1080p": 2, "2160p": 4 } as const satisfies Record<
  Tier,
  number
>;

/** What a job does. Each kind has a row in every table that is typed by `JobKind`. */
export const kinds = ["transcode"] as const;
export const JobKind = Type.Enum(kinds, { description: "`transcode` makes an HLS stream" });
export type JobKind = Static<typeof JobKind>;

/** How the names of a kind's classes begin. Those of `transcode` are older than kinds: queues have these names. */
const classPrefixes = { transcode: "" } as const satisfies Record<JobKind, "" | `${string}.`>;

/** A queue of work: which kind, which encoder, which size. Workers state the classes that they serve. */
export type JobClass = {
  [Kind in JobKind]: `${(typeof classPrefixes)[Kind]}${Accel}.${Tier}`;
}[JobKind];

export interface ClassParts {
  readonly kind: JobKind;
  readonly accel: Accel;
  readonly tier: Tier;
}

export function jobClassOf({ kind, accel, tier }: ClassParts): JobClass {
  return `${classPrefixes[kind]}${accel}.${tier}`;
}

const partsByClass: ReadonlyMap<JobClass, ClassParts> = new Map(
  kinds
    .flatMap((kind) => accels.flatMap((accel) => tiers.map((tier) => ({ kind, accel, tier }))))
    .map((parts) => [jobClassOf(parts), parts]),
);
export const jobClasses: readonly JobClass[] = [...partsByClass.keys()];
export const JobClass = Type.Enum(jobClasses);

export function partsOf(jobClass: JobClass): ClassParts {
  const parts = partsByClass.get(jobClass);
  if (!parts) throw new RangeError(`unknown job class ${jobClass}`);
  return parts;
}

export const Priority = Type.Enum(["normal", "high"]);
export type Priority = Static<typeof Priority>;

export const JobState = Type.Enum(["queued", "running", "succeeded", "failed", "cancelled"]);
export type JobState = Static<typeof JobState>;

/** Whose fault an error is; the verdict table of the job engine says what follows from it. */
export const ErrorKind = Type.Enum(["input", "transient", "preempted", "defect"]);
export type ErrorKind = Static<typeof ErrorKind>;

const reason = {
  code: Type.String({
    pattern: "^[a-z][a-z0-9-]*$",
    maxLength: 64,
    description: "Machine-readable reason",
  }),
  message: Type.String({ maxLength: 2000, description: "One sentence for a person" }),
};

export const JobError = Type.Object(
  {
    kind: ErrorKind,
    ...reason,
    detail: Type.Optional(
      Type.String({ maxLength: 8000, description: "Last lines of the tool's own output" }),
    ),
  },
  { additionalProperties: false },
);
export type JobError = Static<typeof JobError>;

/** Something of the source was left out or repaired; the result is right all the same. */
export const JobWarning = Type.Object(reason, { additionalProperties: false });
export type JobWarning = Static<typeof JobWarning>;

export const ChoiceSubject = Type.Enum([
  "video",
  "audio",
  "subtitles",
  "frame-rate",
  "picture",
  "colour",
  "timeline",
]);
export type ChoiceSubject = Static<typeof ChoiceSubject>;

/** What was chosen where the source left a choice. */
export const Choice = Type.Object(
  {
    subject: ChoiceSubject,
    choice: Type.String({ description: "What was chosen, for a person" }),
    reason: Type.String({ description: "Why, in one sentence" }),
  },
  { additionalProperties: false },
);
export type Choice = Static<typeof Choice>;

export const Stage = Type.Enum([
  "downloading",
  "probing",
  "dubbing",
  "encoding",
  "uploading",
  "verifying",
  "packaging",
]);
export type Stage = Static<typeof Stage>;

export const Progress = Type.Object(
  {
    stage: Stage,
    percent: Type.Number({ minimum: 0, maximum: 100, description: "Of the whole job" }),
    fps: Type.Optional(Type.Number({ minimum: 0, description: "Frames encoded per second" })),
    speed: Type.Optional(
      Type.Number({ minimum: 0, description: "Media seconds encoded per second" }),
    ),
  },
  { additionalProperties: false },
);
export type Progress = Static<typeof Progress>;

/** What was found in the uploaded file. */
export const SourceInfo = Type.Object(
  {
    container: Type.String(),
    durationSeconds: Type.Number({
      description: "Measured from the packets that are there, not as the file states it",
    }),
    sizeBytes: Type.Integer(),
    video: Type.Optional(
      Type.Object(
        {
          codec: Type.String(),
          width: Type.Integer({ description: "Displayed width in pixels, after rotation" }),
          height: Type.Integer({ description: "Displayed height in pixels, after rotation" }),
          fps: Type.Number(),
        },
        { additionalProperties: false, description: "Absent where the file has only sound" },
      ),
    ),
    audio: Type.Optional(
      Type.Object(
        { codec: Type.String(), channels: Type.Integer(), sampleRate: Type.Integer() },
        { additionalProperties: false, description: "The track that was chosen" },
      ),
    ),
  },
  { additionalProperties: false, description: "What was found in the uploaded file" },
);
export type SourceInfo = Static<typeof SourceInfo>;

/** One picture size of the result, or the sound of a source without pictures, as measured on the written files. */
export const RenditionResult = Type.Object(
  {
    name: Type.String({ description: "1080p, 720p …" }),
    playlist: Type.String({ description: "Path of the media playlist under the attempt's prefix" }),
    width: Type.Optional(Type.Integer({ description: "Absent where there is only sound" })),
    height: Type.Optional(Type.Integer({ description: "Absent where there is only sound" })),
    codecs: Type.String({ description: "RFC 6381 string read from the bitstream" }),
    averageBandwidth: Type.Integer({ description: "Bits per second, mean over the rendition" }),
    peakBandwidth: Type.Integer({ description: "Bits per second, of the largest segment" }),
    segments: Type.Integer(),
    bytes: Type.Integer(),
  },
  { additionalProperties: false },
);
export type RenditionResult = Static<typeof RenditionResult>;

const trackNames = {
  language: Type.Optional(Type.String({ description: "As in the playlist (RFC 5646)" })),
  title: Type.Optional(Type.String({ description: "As the source names the track" })),
};

/** A sound track that players offer beside or with the pictures. */
export const AudioTrackResult = Type.Object(
  {
    name: Type.String(),
    playlist: Type.String({ description: "Path of the media playlist under the attempt's prefix" }),
    codecs: Type.String({ description: "RFC 6381 string read from the bitstream" }),
    channels: Type.Integer(),
    ...trackNames,
    default: Type.Boolean({ description: "Players take it unless their user chooses another" }),
    averageBandwidth: Type.Integer({ description: "Bits per second, mean over the track" }),
    bytes: Type.Integer(),
  },
  { additionalProperties: false },
);
export type AudioTrackResult = Static<typeof AudioTrackResult>;

/** Subtitles of the source as a WebVTT rendition. */
export const SubtitleResult = Type.Object(
  {
    name: Type.String(),
    playlist: Type.String({ description: "Path of the media playlist under the attempt's prefix" }),
    ...trackNames,
    forced: Type.Boolean({ description: "To be shown also to those who chose no subtitles" }),
  },
  { additionalProperties: false },
);
export type SubtitleResult = Static<typeof SubtitleResult>;

/** Wall time of each part of an attempt, in milliseconds. Encoding and uploading overlap. */
export const Timings = Type.Object(
  {
    downloadMs: Type.Integer(),
    probeMs: Type.Integer(),
    dubMs: Type.Optional(Type.Integer({ description: "Of the dub, where there is one" })),
    encodeMs: Type.Integer(),
    uploadMs: Type.Integer({ description: "From the end of encoding to the last byte stored" }),
    verifyMs: Type.Integer(),
    packageMs: Type.Optional(
      Type.Integer({ description: "Of the outputs beside HLS, where there are any" }),
    ),
    totalMs: Type.Integer(),
  },
  { additionalProperties: false },
);
export type Timings = Static<typeof Timings>;

/** What a finished attempt left in the object store; paths are relative to the attempt's prefix. */
export const JobResult = Type.Object(
  {
    master: Type.Optional(
      Type.String({
        description: "Path of the multivariant playlist; absent where files alone were asked for",
      }),
    ),
    poster: Type.Optional(
      Type.String({
        description: "Path of the poster frame (JPEG); absent where the source has no picture",
      }),
    ),
    durationSeconds: Type.Number(),
    source: SourceInfo,
    // Far above what a worker makes; the API reads a playlist of each before it publishes.
    renditions: Type.Array(RenditionResult, {
      maxItems: 32,
      description: "Empty where files alone were asked for",
    }),
    audioTracks: Type.Optional(Type.Array(AudioTrackResult, { maxItems: 64 })),
    subtitles: Type.Optional(Type.Array(SubtitleResult, { maxItems: 64 })),
    outputs: Type.Optional(OutputResults),
    loudness: Type.Optional(Type.Array(SoundLoudness, { maxItems: 64 })),
    dub: Type.Optional(DubResult),
    // The default is for workers of the version before, which state neither.
    warnings: Type.Array(JobWarning, { default: [] }),
    choices: Type.Array(Choice, { default: [] }),
    checks: Type.Array(Type.String(), {
      minItems: 1,
      description: "The verification steps that passed, as sentences",
    }),
    timings: Timings,
    usage: Type.Optional(Usage),
    accel: Accel,
  },
  { additionalProperties: false },
);
export type JobResult = Static<typeof JobResult>;
