import { Type, type Static, type TObject, type TSchema } from "typebox";
import { Edit, editFeatures } from "./edit.ts";
import { JobResult, type JobKind } from "./job.ts";
import { Outputs } from "./outputs.ts";
import { loudnessFeature } from "./loudness.ts";
import { MediaInput, UploadId } from "./media-input.ts";
import { Ladder, ProfileName } from "./profile.ts";

/** Where a worker gets what a job works on. */
export const inputKinds = ["upload", "url"] as const;
export const InputKind = Type.Enum(inputKinds);
export type InputKind = Static<typeof InputKind>;

/**
 * What a worker can do beside its classes and inputs; a job that needs one goes only to workers that state it. A worker of
 * the version before states none.
 */
export const features: readonly string[] = [
  "outputs",
  loudnessFeature,
  ...Object.values(editFeatures),
];

/** A file that was uploaded before. */
export const UploadInput = Type.Object(
  { uploadId: UploadId },
  { additionalProperties: false, title: "UploadInput" },
);

interface KindSchemas {
  /** What a job of this kind may start from. */
  readonly input: TSchema;
  /** What a client chooses; these are fields of the job. */
  readonly options: TObject;
  /** What an attempt leaves. */
  readonly result: TSchema;
}

/** The schemas of each kind of job. */
export const jobKinds = {
  transcode: {
    input: MediaInput,
    options: Type.Object(
      {
        profile: ProfileName,
        ladder: Type.Optional(Ladder),
        edit: Type.Optional(Edit),
        outputs: Type.Optional(Outputs),
      },
      { additionalProperties: false },
    ),
    result: JobResult,
  },
} as const satisfies Record<JobKind, KindSchemas>;

/** What a job works on, by the one field that is there. */
export type JobInput = { readonly uploadId: string } | { readonly url: string };
export type ResultOf<Kind extends JobKind> = Static<(typeof jobKinds)[Kind]["result"]>;
