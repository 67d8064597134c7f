import { Type, type Static } from "typebox";
import { Accel, JobClass, Tier } from "./job.ts";
import { UploadInput } from "./job-input.ts";
import { jobKinds } from "./job-kinds.ts";
import { videoCodecs } from "./profile.ts";

const strict = { additionalProperties: false };
const Codec = Type.String({
  pattern: "^[A-Za-z0-9_-]{1,32}$",
  description: "ffmpeg's name; h264 or aac if it is not stated",
});

/** What a file is like, as far as a plan depends on it; `source` of an earlier job has this form. */
export const SourceDescription = Type.Object(
  {
    container: Type.Optional(
      Type.String({
        pattern: "^[a-z0-9_,]{1,64}$",
        description:
          "ffmpeg's name of the container; mov, which reads MP4 too, if it is not stated",
      }),
    ),
    durationSeconds: Type.Number({ exclusiveMinimum: 0, maximum: 604_800 }),
    sizeBytes: Type.Optional(
      Type.Integer({ minimum: 1, description: "For the time that its encode may take" }),
    ),
    video: Type.Optional(
      Type.Object(
        {
          codec: Type.Optional(Codec),
          width: Type.Integer({
            minimum: 16,
            maximum: 16_384,
            description: "Displayed, in pixels",
          }),
          height: Type.Integer({
            minimum: 16,
            maximum: 16_384,
            description: "Displayed, in pixels",
          }),
          fps: Type.Number({ minimum: 0.001, maximum: 1000 }),
        },
        strict,
      ),
    ),
    audio: Type.Optional(
      Type.Object(
        {
          codec: Type.Optional(Codec),
          channels: Type.Integer({ minimum: 1, maximum: 64 }),
          sampleRate: Type.Optional(Type.Integer({ minimum: 1, maximum: 768_000 })),
        },
        strict,
      ),
    ),
  },
  {
    ...strict,
    title: "SourceDescription",
    description: "With `video`, `audio` or both",
    anyOf: [{ required: ["video"] }, { required: ["audio"] }],
  },
);
export type SourceDescription = Static<typeof SourceDescription>;

export const PlanJob = Type.Object(
  {
    ...jobKinds.transcode.options.properties,
    source: Type.Optional(SourceDescription),
    input: Type.Optional(UploadInput),
    accel: Type.Optional(Accel),
  },
  {
    ...strict,
    title: "PlanJob",
    oneOf: [{ required: ["source"] }, { required: ["input"] }],
    description:
      "Either `source`, or the `input` of an earlier job, whose findings are taken. Without `accel` it is that of the " +
      "workers that a job would go to now",
    examples: [
      {
        profile: "hls-1080p",
        source: {
          durationSeconds: 600,
          video: { width: 1920, height: 1080, fps: 25 },
          audio: { channels: 2 },
        },
      },
    ],
  },
);
export type PlanJob = Static<typeof PlanJob>;

const seconds = (description: string) => Type.Number({ minimum: 0, description });

export const JobPlan = Type.Object(
  {
    tier: Tier,
    accel: Accel,
    class: JobClass,
    fps: Type.Number({ description: "Pictures per second of every rendition" }),
    segmentSeconds: Type.Number(),
    renditions: Type.Array(
      Type.Object(
        {
          name: Type.String(),
          width: Type.Integer(),
          height: Type.Integer(),
          codec: Type.Enum(videoCodecs),
          maxKbps: Type.Integer({
            description: "Upper bound of the mean rate, in kilobits per second",
          }),
        },
        strict,
      ),
      { description: "The tallest first" },
    ),
    sounds: Type.Array(
      Type.Object(
        {
          name: Type.String(),
          channels: Type.Integer(),
          kbps: Type.Integer({ description: "Kilobits per second" }),
        },
        strict,
      ),
      { description: "The one that plays by default first" },
    ),
    commands: Type.Array(Type.Array(Type.String()), {
      description:
        "Program and arguments of each process, one at a time: the first encodes, the others make files of what it has encoded",
    }),
    work: Type.Object(
      {
        pictures: Type.Integer({ description: "Pictures of the result, of all sizes together" }),
        cpuSeconds: seconds("Core-seconds of decoding, sound and, on CPU workers, encoding"),
        gpuSeconds: seconds("Seconds of a GPU's encoder; 0 on CPU workers"),
        seconds: seconds(
          "From the beginning of the encode to its end, on a worker of the size class",
        ),
        allowedSeconds: Type.Optional(
          seconds(
            "A job whose encode is expected to take longer is refused; unknown without `sizeBytes`",
          ),
        ),
      },
      {
        ...strict,
        description:
          "An estimate from pixels and lengths, as decision 26 has it; real films differ by half",
      },
    ),
    price: Type.Optional(
      Type.Object(
        { currency: Type.String(), amount: Type.Number({ minimum: 0 }) },
        {
          ...strict,
          description: "Of the work, by the prices of the stack's config; absent without these",
        },
      ),
    ),
    assumptions: Type.Array(Type.String(), {
      description: "What is not known before the file is read",
    }),
  },
  { ...strict, title: "JobPlan" },
);
export type JobPlan = Static<typeof JobPlan>;
