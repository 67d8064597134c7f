import { Type, type Static } from "typebox";

/**
 * How the pictures are encoded: by NVENC, through VAAPI, or in software. The fastest comes first, and the API prefers
 * them in this order.
 */
export const accels = ["nvenc", "vaapi", "cpu"] as const;
export const Accel = Type.Enum(accels);
export type Accel = Static<typeof Accel>;

/** The size class of a job, by the largest rendition that its profile allows (seed 000, resource tuning). */
export const tiers = ["720p", "1080p", "2160p"] as const;
export const Tier = Type.Enum(tiers);
export type Tier = Static<typeof Tier>;

/** A queue of work: which encoder, which size. Workers state the classes that they serve. */
export type JobClass = `${Accel}.${Tier}`;
export const jobClasses: readonly JobClass[] = accels.flatMap((accel) =>
  tiers.map((tier) => `${accel}.${tier}` as const),
);
export const JobClass = Type.Enum(jobClasses);

/** What to make of a video. The tallest rendition is the limit; nothing is ever scaled up. */
export const profiles = ["hls-720p", "hls-1080p", "hls-2160p"] as const;
export const Profile = Type.Enum(profiles);
export type Profile = Static<typeof Profile>;

export const Priority = Type.Enum(["normal", "high"]);
export type Priority = Static<typeof Priority>;

export const JobState = Type.Enum(["queued", "running", "succeeded", "failed", "cancelled"]);
export type JobState = Static<typeof JobState>;

/** Whose fault an error is; the verdict table of the job engine says what follows from it. */
export const ErrorKind = Type.Enum(["input", "transient", "preempted", "defect"]);
export type ErrorKind = Static<typeof ErrorKind>;

export const JobError = Type.Object(
  {
    kind: ErrorKind,
    code: Type.String({
      pattern: "^[a-z][a-z0-9-]*$",
      maxLength: 64,
      description: "Machine-readable reason",
    }),
    message: Type.String({ maxLength: 2000, description: "One sentence for a person" }),
    detail: Type.Optional(
      Type.String({ maxLength: 8000, description: "Last lines of the tool's own output" }),
    ),
  },
  { additionalProperties: false },
);
export type JobError = Static<typeof JobError>;

export const Stage = Type.Enum(["downloading", "probing", "encoding", "uploading", "verifying"]);
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
    durationSeconds: Type.Number(),
    sizeBytes: Type.Integer(),
    video: Type.Object(
      {
        codec: Type.String(),
        width: Type.Integer({ description: "Displayed width in pixels, after rotation" }),
        height: Type.Integer({ description: "Displayed height in pixels, after rotation" }),
        fps: Type.Number(),
      },
      { additionalProperties: false },
    ),
    audio: Type.Optional(
      Type.Object(
        { codec: Type.String(), channels: Type.Integer(), sampleRate: Type.Integer() },
        { additionalProperties: false },
      ),
    ),
  },
  { additionalProperties: false },
);
export type SourceInfo = Static<typeof SourceInfo>;

/** One picture size of the result, as measured on the written files. */
export const RenditionResult = Type.Object(
  {
    name: Type.String({ description: "1080p, 720p …" }),
    playlist: Type.String({ description: "Path of the media playlist under the attempt's prefix" }),
    width: Type.Integer(),
    height: Type.Integer(),
    codecs: Type.String({ description: "RFC 6381 string read from the bitstream" }),
    averageBandwidth: Type.Integer({ description: "Bits per second, mean over the rendition" }),
    peakBandwidth: Type.Integer({ description: "Bits per second, of the largest segment" }),
    segments: Type.Integer(),
    bytes: Type.Integer(),
  },
  { additionalProperties: false },
);
export type RenditionResult = Static<typeof RenditionResult>;

/** Wall time of each part of an attempt, in milliseconds. Encoding and uploading overlap. */
export const Timings = Type.Object(
  {
    downloadMs: Type.Integer(),
    probeMs: Type.Integer(),
    encodeMs: Type.Integer(),
    uploadMs: Type.Integer({ description: "From the end of encoding to the last byte stored" }),
    verifyMs: Type.Integer(),
    totalMs: Type.Integer(),
  },
  { additionalProperties: false },
);
export type Timings = Static<typeof Timings>;

/** What a finished attempt left in the object store; paths are relative to the attempt's prefix. */
export const JobResult = Type.Object(
  {
    master: Type.String({ description: "Path of the multivariant playlist" }),
    poster: Type.String({ description: "Path of the poster frame (JPEG)" }),
    durationSeconds: Type.Number(),
    source: SourceInfo,
    renditions: Type.Array(RenditionResult, { minItems: 1 }),
    checks: Type.Array(Type.String(), {
      minItems: 1,
      description: "The verification steps that passed, as sentences",
    }),
    timings: Timings,
    accel: Accel,
  },
  { additionalProperties: false },
);
export type JobResult = Static<typeof JobResult>;
