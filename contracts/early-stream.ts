import { Type, type Static } from "typebox";

/** What a worker must be able to do for a job that is played while it is encoded. */
export const earlyFeature = "early-playback";

const strict = { additionalProperties: false };
/** A name of a track is the name of its folder. */
const name = Type.String({ pattern: "^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$" });
/** As RFC 6381 has them; they go into an attribute of a playlist. */
const codecs = Type.String({ pattern: "^[A-Za-z0-9.]{1,64}$" });

/** Of a running attempt: one rendition and one sound whose segments are stored as they are closed. */
export const EarlyStream = Type.Object(
  {
    segmentSeconds: Type.Number({
      exclusiveMinimum: 0,
      maximum: 60,
      description: "Of each segment but the last",
    }),
    picture: Type.Optional(
      Type.Object(
        {
          ...{ name, codecs },
          width: Type.Integer({ minimum: 1, maximum: 16_384 }),
          height: Type.Integer({ minimum: 1, maximum: 16_384 }),
          fps: Type.Number({ exclusiveMinimum: 0, maximum: 1000 }),
          kbps: Type.Integer({ minimum: 1, maximum: 1_000_000 }),
        },
        strict,
      ),
    ),
    sound: Type.Optional(
      Type.Object(
        {
          ...{ name, codecs },
          channels: Type.Integer({ minimum: 1, maximum: 64 }),
          kbps: Type.Integer({ minimum: 1, maximum: 10_000 }),
        },
        strict,
      ),
    ),
  },
  { ...strict, minProperties: 2 },
);
export type EarlyStream = Static<typeof EarlyStream>;
