import { deflateSync } from "node:zlib";
import { base } from "../bases.ts";
import { hex, repeated, u32 } from "../bytes/fields.ts";
import {
  attachment,
  element,
  ivfFrames,
  matroska,
  nestedElements,
  number,
  parent,
  textTrack,
  videoTrack,
  words,
  type Parts,
} from "../bytes/matroska.ts";
import type { MakeBytes } from "../hostile.ts";

function withSegment(parts: Partial<Parts>): MakeBytes {
  return async () => matroska({ frames: ivfFrames(await base("ivf")), ...parts });
}

const info = (scale: Buffer, duration: Buffer): readonly Buffer[] => [
  element("2ad7b1", scale),
  element("4489", duration),
  ...[words("4d80", "x"), words("5741", "x")],
];
const float = (text: string): Buffer => hex(text);
const millis = u32(1_000_000);

/** Matroska with numbers that nobody needs. */
export const matroskaCounts: Record<string, MakeBytes> = {
  "Matroska whose length is no number": withSegment({
    info: info(millis, float("7ff8000000000000")),
  }),
  "Matroska whose length is infinite": withSegment({
    info: info(millis, float("7ff0000000000000")),
  }),
  "Matroska whose length is below nothing": withSegment({
    info: info(millis, float("c0f0000000000000")),
  }),
  "Matroska whose length is 10^300": withSegment({ info: info(millis, float("7e37e43c8800759c")) }),
  "Matroska whose clock stands": withSegment({ info: info(u32(0), float("40a00000")) }),
  "Matroska whose clock leaps": withSegment({
    info: info(hex("ffffffffffffffff"), float("40a00000")),
  }),
  "Matroska with 1 000 tracks": withSegment({
    tracks: Array.from({ length: 1_000 }, (_, index) => videoTrack(index + 1)),
  }),
  "Matroska with 1 000 texts": withSegment({
    tracks: [
      videoTrack(1),
      ...Array.from({ length: 999 }, (_, index) => textTrack(index + 2, "S_TEXT/UTF8", "")),
    ],
  }),
  "Matroska with 60 texts": withSegment({
    tracks: [
      videoTrack(1),
      ...Array.from({ length: 60 }, (_, index) => textTrack(index + 2, "S_TEXT/UTF8", "")),
    ],
  }),
  "Matroska with 500 attachments": withSegment({
    more: [
      parent(
        "1941a469",
        ...Array.from({ length: 500 }, (_, index) =>
          attachment(`${index}.ttf`, "font/ttf", Buffer.alloc(2_000, index), index + 1),
        ),
      ),
    ],
  }),
  "Matroska with an attachment of a terabyte": withSegment({
    more: [
      parent(
        "1941a469",
        parent(
          "61a7",
          words("466e", "x"),
          element("465c", Buffer.alloc(9), hex("01000100 00000000")),
        ),
      ),
    ],
  }),
  "Matroska with 5 000 tags in each other": withSegment({
    more: [parent("1254c367", parent("7373", nestedElements("67c8", 5_000)))],
  }),
  "Matroska with 5 000 chapters in each other": withSegment({
    more: [parent("1043a770", parent("45b9", nestedElements("b6", 5_000)))],
  }),
  "Matroska with 50 000 chapters": withSegment({
    more: [
      parent(
        "1043a770",
        parent(
          "45b9",
          ...Array.from({ length: 50_000 }, (_, index) => parent("b6", number("91", index))),
        ),
      ),
    ],
  }),
  "Matroska with 50 000 entries of an index": withSegment({
    more: [
      parent(
        "1c53bb6b",
        ...Array.from({ length: 50_000 }, () =>
          parent("bb", number("b3", 0), parent("b7", number("f7", 1), number("f1", 0))),
        ),
      ),
    ],
  }),
  "Matroska with a header of an index that points at itself": withSegment({
    more: [
      parent(
        "114d9b74",
        ...Array.from({ length: 100 }, () =>
          parent("4dbb", element("53ab", hex("114d9b74")), number("53ac", 0)),
        ),
      ),
    ],
  }),
  "Matroska with 100 000 empty clusters": withSegment({
    more: [repeated(100_000, hex("1f43b67580"))],
  }),
  "Matroska with a void of a petabyte": withSegment({
    more: [Buffer.concat([hex("ec"), hex("0104000000000000")])],
  }),
  "Matroska with elements of an unknown size": withSegment({
    more: [repeated(50, hex("1f43b675 01ffffffffffffff"))],
  }),
  "Matroska with deflated frames of 100 MB": async () => {
    const bomb = deflateSync(Buffer.alloc(100_000_000));
    const encoded = videoTrack(
      1,
      parent("6d80", parent("6240", number("5031", 0), parent("5034", number("4254", 0)))),
    );
    const [first = Buffer.alloc(0)] = ivfFrames(await base("ivf"));
    return matroska({ frames: [deflateSync(first), bomb, bomb, bomb], tracks: [encoded] });
  },
  "Matroska with a picture that lasts for 0 ns": withSegment({
    tracks: [videoTrack(1, number("23e383", 0))],
  }),
  "Matroska with a picture that lasts for 1 ns": withSegment({
    tracks: [videoTrack(1, number("23e383", 1))],
  }),
};
