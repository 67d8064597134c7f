import { Type, type Static, type TObject, type TSchema } from "typebox";
import { JobResult, type JobKind } from "./job.ts";
import { Ladder, ProfileName } from "./profile.ts";

/** A file that was uploaded before. */
const UploadInput = Type.Object(
  { uploadId: Type.String({ format: "uuid", description: "Of an upload that has arrived" }) },
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
    input: UploadInput,
    options: Type.Object(
      { profile: ProfileName, ladder: Type.Optional(Ladder) },
      { additionalProperties: false },
    ),
    result: JobResult,
  },
} as const satisfies Record<JobKind, KindSchemas>;

export type JobInput = Static<(typeof jobKinds)[JobKind]["input"]>;
export type ResultOf<Kind extends JobKind> = Static<(typeof jobKinds)[Kind]["result"]>;
