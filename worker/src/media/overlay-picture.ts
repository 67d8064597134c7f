import { isAnimatedWebp, isWebp } from "./still-picture.ts";

const kinds = [
  { demuxer: "png_pipe", start: "89504e470d0a1a0a" },
  { demuxer: "jpeg_pipe", start: "ffd8ff" },
] as const;

/**
 * The demuxer of one picture, by its first bytes. SVG, HEIC and others are not among them: their decoders are larger, and open
 * what the picture names.
 */
export function overlayDemuxer(head: Buffer): string | undefined {
  const kind = kinds.find(({ start }) => head.toString("hex").startsWith(start));
  if (kind) return kind.demuxer;
  return isWebp(head) && !isAnimatedWebp(head) ? "webp_pipe" : undefined;
}
