import { Type, type Static } from "typebox";

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

/** Workers that may fetch URLs state it: a file beside the source, such as an overlay's picture, is at one. */
export const urlFileFeature = "overlay-url";

/** Where a worker gets such a file. */
export const LeasedMedia = Type.Union([
  Type.Object({ url: Type.String(), sizeBytes: Type.Integer() }, { additionalProperties: false }),
  Type.Object({ externalUrl: Type.String() }, { additionalProperties: false }),
]);
export type LeasedMedia = Static<typeof LeasedMedia>;
export type MediaInput = Static<typeof MediaInput>;
