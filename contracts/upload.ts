import { Type, type Static } from "typebox";
import { maxPutBytes } from "./job-limits.ts";
import { Line } from "./text.ts";

/**
 * Uploads of the client API. A file comes by one PUT, in parts, each by a PUT of its own, or by tus (https://tus.io):
 *
 *   POST   /v1/uploads               CreateUpload  → 201 UploadTicket or MultipartTicket
 *   GET    /v1/uploads/:id                         → 200 Upload
 *   POST   /v1/uploads/:id/parts     PresignParts  → 200 PresignedParts
 *   POST   /v1/uploads/:id/complete                → 200 Upload, or 202 while the store still joins the parts
 *   DELETE /v1/uploads/:id                         → 204
 *   OPTIONS, POST          /v1/tus                 tus 1.0: what is supported (no key needed); announces a file
 *   HEAD, PATCH, DELETE    /v1/tus/:id             tus 1.0: what has arrived; bytes; gives the file up
 */
const strict = { additionalProperties: false };
const Id = Type.String({ format: "uuid" });
const Time = Type.String({ format: "date-time" });

/** Of S3, and of those who speak its protocol: https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html. */
export const maxParts = 10_000;
export const minPartBytes = 5 * 1024 ** 2;

/** The largest part of an upload by tus: a request holds one in memory while it comes. */
export const largestTusPartBytes = 8 * 1024 ** 2;
/** What so many of them carry. */
export const maxTusBytes = maxParts * largestTusPartBytes;
export const tusPath = "/v1/tus";

export const ContentType = Type.String({
  minLength: 3,
  maxLength: 127,
  pattern: "^[A-Za-z0-9!#$&^_.+-]+/[A-Za-z0-9!#$&^_.+-]+$",
  description: "Media type of the file; a single PUT must carry it",
});
export const FileName = Line({
  minLength: 1,
  maxLength: 255,
  description: "For people; never used as a path",
});

export const CreateUpload = Type.Object(
  {
    filename: Type.Optional(FileName),
    contentType: ContentType,
    sizeBytes: Type.Integer({ minimum: 1, description: "Exact size of the file" }),
    multipart: Type.Optional(
      Type.Boolean({
        default: false,
        description: `Whether the file comes in parts that can be sent in any order, at once and again, which is for bad links, and needed above ${maxPutBytes} bytes`,
      }),
    ),
  },
  {
    ...strict,
    title: "CreateUpload",
    examples: [{ filename: "holiday.mp4", contentType: "video/mp4", sizeBytes: 48211034 }],
  },
);
export type CreateUpload = Static<typeof CreateUpload>;

const sendAsTheyAre = "Send these headers exactly as they are";
const refusal =
  "Presigned; a bearer secret until it expires. It is an address of the object store, which answers in XML: 403 `SignatureDoesNotMatch` means that a header differs from `headers`, the size among them, and 403 `AccessDenied` that the address has expired";

export const UploadTicket = Type.Object(
  {
    uploadId: Id,
    method: Type.Literal("PUT"),
    url: Type.String({ description: refusal }),
    headers: Type.Record(Type.String(), Type.String(), { description: sendAsTheyAre }),
    expiresAt: Time,
  },
  { ...strict, title: "UploadTicket" },
);
export type UploadTicket = Static<typeof UploadTicket>;

const layout = {
  partBytes: Type.Integer({
    minimum: minPartBytes,
    description: "Size of each part but the last, which is what remains",
  }),
  parts: Type.Integer({ minimum: 1, maximum: maxParts, description: "How many parts there are" }),
};
const expiry = "When the parts are deleted if the upload is not complete";

export const MultipartTicket = Type.Object(
  {
    uploadId: Id,
    method: Type.Literal("multipart"),
    ...layout,
    expiresAt: Type.Optional({ ...Time, description: expiry }),
  },
  { ...strict, title: "MultipartTicket" },
);
export type MultipartTicket = Static<typeof MultipartTicket>;

const PartNumber = Type.Integer({ minimum: 1, maximum: maxParts });

export const PresignParts = Type.Object(
  {
    parts: Type.Array(
      Type.Object(
        {
          number: { ...PartNumber, description: "From 1; the file is cut in this order" },
          md5: Type.String({
            pattern: "^[A-Za-z0-9+/]{22}==$",
            description:
              "MD5 of the part in base64 (RFC 1864). The store refuses other bytes: a part whose connection broke is never kept in part",
          }),
        },
        strict,
      ),
      { minItems: 1, maxItems: 100 },
    ),
  },
  {
    ...strict,
    title: "PresignParts",
    examples: [{ parts: [{ number: 1, md5: "XrY7u+Ae7tCTyyK7j1rNww==" }] }],
  },
);
export type PresignParts = Static<typeof PresignParts>;

export const PresignedParts = Type.Object(
  {
    parts: Type.Array(
      Type.Object(
        {
          number: PartNumber,
          url: Type.String({ description: refusal }),
          headers: Type.Record(Type.String(), Type.String(), { description: sendAsTheyAre }),
          sizeBytes: Type.Integer({ description: "Exact size that the PUT must carry" }),
          expiresAt: Time,
        },
        strict,
      ),
      { description: "In the order asked" },
    ),
  },
  { ...strict, title: "PresignedParts" },
);
export type PresignedParts = Static<typeof PresignedParts>;

const uploadStates = ["incomplete", "completing", "complete"] as const;

export const Upload = Type.Object(
  {
    uploadId: Id,
    method: Type.Enum(["PUT", "multipart", "tus"]),
    state: Type.Enum(uploadStates, {
      description:
        "A job can use a `complete` upload. `completing`: the store is joining the parts, which takes minutes for a large file",
    }),
    filename: Type.Optional(Type.String()),
    contentType: Type.String(),
    sizeBytes: Type.Integer({ description: "As announced" }),
    createdAt: Time,
    partBytes: Type.Optional(layout.partBytes),
    parts: Type.Optional(layout.parts),
    stored: Type.Optional(
      Type.Array(
        Type.Object(
          {
            number: PartNumber,
            sizeBytes: Type.Integer(),
            etag: Type.String({ description: "As the store has it, mostly the MD5 in hex" }),
          },
          strict,
        ),
        { description: "Parts that the store has, by number, of an upload that is `incomplete`" },
      ),
    ),
    expiresAt: Type.Optional({ ...Time, description: expiry }),
  },
  { ...strict, title: "Upload" },
);
export type Upload = Static<typeof Upload>;
