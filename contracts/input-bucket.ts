import { Type, type Static } from "typebox";
import { BucketName } from "./job-input.ts";

/** A bucket of the operator's own, in which jobs may name objects. */
export const InputBucket = Type.Object(
  {
    name: BucketName,
    endpoint: Type.String({
      pattern: "^https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?$",
      description: "Address of its S3 API, as https://s3.eu-central-1.amazonaws.com",
    }),
    region: Type.String({ pattern: "^[a-z0-9-]{1,40}$", description: "Region for signatures" }),
    bucket: Type.String({
      pattern: "^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$",
      description: "Name of the bucket there",
    }),
    prefixes: Type.Array(
      Type.String({
        pattern: "^([A-Za-z0-9_.=-]*[A-Za-z0-9_=-]/)+$",
        maxLength: 200,
        description: "Beginning of keys, as raw/2026/",
      }),
      { minItems: 1, maxItems: 20, description: "Where its keys may begin; others are refused" },
    ),
    projects: Type.Optional(
      Type.Array(Type.String({ format: "uuid", description: "Id of a project" }), {
        minItems: 1,
        maxItems: 100,
        description: "Projects whose jobs may use it; unset: all of them",
      }),
    ),
    accessKeyId: Type.String({
      minLength: 1,
      maxLength: 128,
      description: "Key that may read there, and nothing else",
    }),
    secretAccessKey: Type.String({
      minLength: 1,
      maxLength: 256,
      description: "Its secret, by pulumi config set --secret --path",
    }),
  },
  { additionalProperties: false, description: "A bucket in which jobs may name objects" },
);
export type InputBucket = Static<typeof InputBucket>;
