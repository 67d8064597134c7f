import { Type } from "typebox";

/** Of an upload that has arrived. */
export const UploadId = Type.String({
  format: "uuid",
  description: "Of an upload that has arrived",
});

/** Exactly one of these. An object with a bound instead of a union: its errors name what is wrong with the one that is there. */
export const MediaInput = Type.Object(
  {
    uploadId: Type.Optional(UploadId),
    url: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 2048,
        description:
          "Where a worker fetches the file, as far as `GET /v1/limits` says that it may: public addresses, without user " +
          "name and password. The file is fetched anew by each attempt. Jobs show it without its query, which may be a secret",
      }),
    ),
  },
  {
    additionalProperties: false,
    minProperties: 1,
    maxProperties: 1,
    title: "MediaInput",
    description: "What to work on: `{ uploadId }` or `{ url }`",
  },
);
