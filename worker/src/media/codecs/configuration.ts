import type { VideoCodec } from "@framewright/contracts/profile.ts";
import type { Box } from "../boxes.ts";

export function hexOf(bytes: readonly number[]): string {
  return bytes.map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** `avc1.PPCCLL`: profile, constraint flags and level, bytes 1 to 3 of the avcC box. */
function avcCodec(data: Buffer, avcC: Box): string {
  const bytes = [...data.subarray(avcC.start + 1, avcC.start + 4)];
  const spsStart = avcC.start + 8;
  const sps = [...data.subarray(spsStart + 1, spsStart + 4)];
  if (bytes.length !== 3 || hexOf(bytes) !== hexOf(sps)) {
    throw new Error(`avcC states ${hexOf(bytes)} but its parameter set ${hexOf(sps)}`);
  }
  return `avc1.${hexOf(bytes)}`;
}

function reversedBits(value: number): number {
  let rest = value;
  let reversed = 0;
  for (let bit = 0; bit < 32; bit += 1) {
    reversed = ((reversed << 1) | (rest & 1)) >>> 0;
    rest >>>= 1;
  }
  return reversed;
}

/**
 * `hvc1.P.C.TL.B…` (ISO/IEC 14496-15, annex E.3): profile, its compatibility flags in reversed order, tier and level, and the
 * constraint bytes without the zeros behind them.
 */
function hevcCodec(data: Buffer, hvcC: Box): string {
  const first = data.readUInt8(hvcC.start + 1);
  const space = ["", "A", "B", "C"][first >> 6] ?? "";
  const tier = first & 0x20 ? "H" : "L";
  const compatible = reversedBits(data.readUInt32BE(hvcC.start + 2))
    .toString(16)
    .toUpperCase();
  const constraints = [...data.subarray(hvcC.start + 6, hvcC.start + 12)];
  const last = constraints.findLastIndex((byte) => byte !== 0);
  const level = data.readUInt8(hvcC.start + 12);
  return [
    `hvc1.${space}${first & 0x1f}`,
    compatible,
    `${tier}${level}`,
    ...constraints.slice(0, last + 1).map((byte) => hexOf([byte]).toUpperCase()),
  ].join(".");
}

/** `av01.P.LLT.DD` (AV1 Codec ISO Media File Format Binding, 5): profile, level and tier, bits of a sample. */
function av1Codec(data: Buffer, av1C: Box): string {
  const second = data.readUInt8(av1C.start + 1);
  const third = data.readUInt8(av1C.start + 2);
  const level = String(second & 0x1f).padStart(2, "0");
  const bits = third & 0x40 ? (third & 0x20 ? 12 : 10) : 8;
  return `av01.${second >> 5}.${level}${third & 0x80 ? "H" : "M"}.${String(bits).padStart(2, "0")}`;
}

interface Entry {
  readonly codec: VideoCodec;
  /** The box with the decoder's configuration. */
  readonly box: string;
  /** As for the CODECS attribute (RFC 6381). */
  readonly codecs: (data: Buffer, box: Box) => string;
}

const byCodec = {
  h264: { entry: "avc1", box: "avcC", codecs: avcCodec },
  hevc: { entry: "hvc1", box: "hvcC", codecs: hevcCodec },
  av1: { entry: "av01", box: "av1C", codecs: av1Codec },
} as const satisfies Record<VideoCodec, Omit<Entry, "codec"> & { readonly entry: string }>;

/** What a visual sample entry holds, by its type. */
export const pictureEntries: ReadonlyMap<string, Entry> = new Map(
  (["h264", "hevc", "av1"] as const satisfies readonly VideoCodec[]).map((codec) => {
    const { entry, ...rest } = byCodec[codec];
    return [entry, { codec, ...rest }];
  }),
);
