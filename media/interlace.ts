import type { ProbedStream } from "./probe-report.ts";

/** Which field of an interlaced picture comes first in time. */
export type FieldOrder = "tff" | "bff";

/** What ffmpeg's idet filter saw in some pictures. */
export interface FieldCounts {
  readonly tff: number;
  readonly bff: number;
  readonly progressive: number;
}

/** Pictures at each looked-at place. */
export const lookFrames = 40;
/** Fewer decided pictures than this prove nothing. */
const minDecided = 10;

/** Prints one line of metadata for each picture. The usual threshold of 1.04 takes moving patterns for fields. */
export const idetFilter =
  "idet=intl_thres=1.25,metadata=mode=print:key=lavfi.idet.multiple.current_frame:file=-";

export function countFields(text: string): FieldCounts {
  const count = (kind: string): number => text.split(`current_frame=${kind}`).length - 1;
  return { tff: count("tff"), bff: count("bff"), progressive: count("progressive") };
}

const statedOrders: Readonly<Record<string, FieldOrder>> = {
  tt: "tff",
  tb: "tff",
  bb: "bff",
  bt: "bff",
};

/** So many whole pictures speak against what is stated; fewer may be a still or a fade. */
const plainPictures = 30;
/** Moving patterns look combed too, but in both orders; a recording has one. */
const oneOrder = 0.8;

/**
 * The order of fields, where there are fields. Pictures that move decide, against what is stated;
 * where nothing moves the statement counts.
 */
export function fieldOrderOf(
  stream: Pick<ProbedStream, "field_order">,
  { tff, bff, progressive }: FieldCounts,
): FieldOrder | undefined {
  const stated = statedOrders[stream.field_order ?? ""];
  const combed = tff + bff;
  if (combed + progressive < minDecided) return stated;
  const ordered = Math.max(tff, bff) >= combed * oneOrder;
  if (combed >= 2 * progressive && ordered) return tff >= bff ? "tff" : "bff";
  const plain = progressive > 9 * combed && progressive >= plainPictures;
  return plain ? undefined : stated;
}

/**
 * Whether pictures are whole beyond doubt: none is combed, and they move or are stated to be whole.
 * (Where nothing moves, or all is noise, nothing can be seen.)
 */
export function isPlain(
  { field_order: stated = "unknown" }: Pick<ProbedStream, "field_order">,
  { tff, bff, progressive }: FieldCounts,
): boolean {
  if (tff + bff > 0 || stated in statedOrders) return false;
  return progressive >= minDecided || stated === "progressive";
}
