import { Type, type Static } from "typebox";
import { MediaInput, UploadId } from "./media-input.ts";
import { Line } from "./text.ts";

/** Where a worker gets what a job works on: from a store of ours, or from a stranger's address. */
export const inputKinds = ["upload", "url"] as const;
export const InputKind = Type.Enum(inputKinds);
export type InputKind = Static<typeof InputKind>;

/** What a worker must be able to do for a job that works on the result of another one. */
export const resultFeature = "result-input";

/** A file that was uploaded before. */
export const UploadInput = Type.Object(
  { uploadId: UploadId },
  { additionalProperties: false, title: "UploadInput" },
);

/** What of an earlier job another one works on. */
export const earlierOutputs = ["result", "source"] as const;
export type EarlierOutput = (typeof earlierOutputs)[number];

export const BucketName = Type.String({
  pattern: "^[a-z][a-z0-9-]{0,39}$",
  description: "Name of a bucket in the stack's config",
});

const fields = {
  ...MediaInput.properties,
  jobId: Type.Optional(
    Type.String({ format: "uuid", description: "Of a job of the same project that succeeded" }),
  ),
  output: Type.Optional(
    Type.Enum(earlierOutputs, {
      description:
        "With `jobId`. `result`, the default, is what the job made: its largest rendition with the sound that plays by " +
        "default. `source` is what the job worked on itself",
    }),
  ),
  recordingId: Type.Optional(
    Type.String({ format: "uuid", description: "Of a recording of the same project, for its MP4" }),
  ),
  bucket: Type.Optional(BucketName),
  key: Type.Optional(
    Line({
      minLength: 1,
      maxLength: 1024,
      description: "With `bucket`: of an object there, as far as `GET /v1/limits` has its prefix",
    }),
  ),
};

/** The fields that name an input, each with those that may, or must, stand beside it. */
export const inputForms = {
  uploadId: { required: [], optional: [] },
  url: { required: [], optional: [] },
  jobId: { required: [], optional: ["output"] },
  recordingId: { required: [], optional: [] },
  bucket: { required: ["key"], optional: [] },
} as const satisfies Partial<
  Record<keyof typeof fields, { required: readonly string[]; optional: readonly string[] }>
>;

/** One of the forms. An object instead of a union: its errors name what is wrong with the fields that are there. */
export const JobMediaInput = Type.Object(fields, {
  additionalProperties: false,
  minProperties: 1,
  maxProperties: 2,
  oneOf: Object.keys(inputForms).map((name) => ({ type: "object", required: [name] })),
  dependentRequired: { output: ["jobId"], key: ["bucket"], bucket: ["key"] },
  title: "JobInput",
  description:
    "What to work on: `{ uploadId }`, `{ url }`, `{ jobId, output? }`, `{ recordingId }` or `{ bucket, key }`",
  examples: [{ uploadId: "01939d2e-6a54-7c11-a4b1-0d9c5f0c3f10" }],
});

/** What a job works on, by the fields that are there. */
export type JobInput =
  | { readonly uploadId: string }
  | { readonly url: string }
  | { readonly jobId: string; readonly output: EarlierOutput }
  | { readonly recordingId: string }
  | { readonly bucket: string; readonly key: string };
