import { segmentsInput } from "@framewright/media/input.ts";

/** At most 1280 wide, in the colours of JPEG. */
const toJpeg = "scale='min(1280,iw)':-2:out_range=pc:out_color_matrix=bt601,format=yuvj420p";

function jpegFile(target: string): string[] {
  return ["-frames:v", "1", "-f", "image2", "-update", "1", "-q:v", "3", `file:${target}`];
}

/** Of the keyframes of one segment, the one that is most like the others. */
export function posterArgs(target: string): string[] {
  return [
    ...["-y", "-v", "error", "-skip_frame", "nokey", ...segmentsInput],
    ...["-vf", `thumbnail=3,${toJpeg}`],
    ...jpegFile(target),
  ];
}

/** The picture that belongs to a file of sound alone; `input` opens that file. */
export function coverArgs(input: readonly string[], index: number, target: string): string[] {
  return ["-nostdin", "-y", "-v", "error", ...input, "-map", `0:${index}`, "-vf", toJpeg].concat(
    jpegFile(target),
  );
}

/** A tenth into the film, past titles and fades. */
export function posterSegment(durationSeconds: number, segmentSeconds: number): number {
  const last = Math.max(0, Math.ceil(durationSeconds / segmentSeconds) - 1);
  return Math.min(last, Math.floor((durationSeconds * 0.1) / segmentSeconds));
}
