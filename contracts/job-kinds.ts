import { Type, type Static, type TObject, type TSchema } from "typebox";
import { dubScriptFeature, glossaryFeature, lipSyncFeature } from "./dub.ts";
import { Edit, editFeatures } from "./edit.ts";
import { JobMediaInput, resultFeature } from "./job-input.ts";
import { JobResult, type JobKind } from "./job.ts";
import { Outputs } from "./outputs.ts";
import { earlyFeature } from "./early-stream.ts";
import { loudnessFeature } from "./loudness.ts";
import { Ladder, ProfileName } from "./profile.ts";

/**
 * What a worker can do beside its classes and inputs; a job that needs one goes only to workers that state it. A worker of
 * the version before states none.
 */
export const features: readonly string[] = [
  "outputs",
  loudnessFeature,
  resultFeature,
  earlyFeature,
  ...Object.values(editFeatures),
  dubScriptFeature,
  lipSyncFeature,
  glossaryFeature,
];

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
    input: JobMediaInput,
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

export type ResultOf<Kind extends JobKind> = Static<(typeof jobKinds)[Kind]["result"]>;
