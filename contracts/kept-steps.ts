import { Type, type Static } from "typebox";

/**
 * Steps of a job that took a model's time, kept beside its results, so that another attempt, or a job that speaks the same
 * lines with a correction, need not do them again. A step's name is the hash of all that decides its outcome.
 */
const strict = { additionalProperties: false };

export const StepName = Type.String({ pattern: "^[0-9a-f]{64}$", description: "A SHA-256 in hex" });

/** Two minutes of speech at 48 kHz; what is larger is done again. */
export const maxStepBytes = 16 * 1024 * 1024;

export const FindStepsRequest = Type.Object(
  { names: Type.Array(StepName, { minItems: 1, maxItems: 64 }) },
  strict,
);
export type FindStepsRequest = Static<typeof FindStepsRequest>;

/** Those that are kept, with where they can be fetched. */
export const FindStepsResponse = Type.Object(
  {
    found: Type.Array(
      Type.Object(
        { name: StepName, url: Type.String(), sizeBytes: Type.Integer({ minimum: 0 }) },
        strict,
      ),
    ),
  },
  strict,
);
export type FindStepsResponse = Static<typeof FindStepsResponse>;

export const KeepStepRequest = Type.Object(
  {
    name: StepName,
    sizeBytes: Type.Integer({ minimum: 1, maximum: maxStepBytes }),
    md5: Type.String({
      pattern: "^[A-Za-z0-9+/]{22}==$",
      description: "MD5 in base64; the store refuses other bytes (RFC 1864)",
    }),
  },
  strict,
);
export type KeepStepRequest = Static<typeof KeepStepRequest>;

/** A presigned PUT, which must send these headers as they are. The store answers 412 when it is there already. */
export const KeepStepResponse = Type.Object(
  { url: Type.String(), headers: Type.Record(Type.String(), Type.String()) },
  strict,
);
export type KeepStepResponse = Static<typeof KeepStepResponse>;
