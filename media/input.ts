/** The largest decoded picture, 8K and a margin, and its longest side. */
export const largestPicture = { maxPixels: 7680 * 4352, maxSide: 16_384 } as const;

/** Decoders count a picture with its lines made up to 64 pixels (STRIDE_ALIGN of libavcodec). */
const padding = 64 * largestPicture.maxSide;

/** Binds every picture of a stream, not only those that the probe has seen. */
export const pictureGuard = ["-max_pixels", `${largestPicture.maxPixels + padding}`] as const;

/** Initialisation segment and segments of a result, from stdin: no playlist is opened. */
export const segmentsInput = [
  ...["-protocol_whitelist", "pipe", ...pictureGuard, "-f", "mov", "-i", "pipe:0"],
] as const;

/**
 * Options that every opening of an input carries: local files only, this one demuxer only (also
 * for what is nested inside), bounded streams and pictures.
 */
export function inputGuards(demuxer: string): string[] {
  return [
    ...["-protocol_whitelist", "file,pipe", "-format_whitelist", demuxer],
    ...["-max_streams", "100", ...pictureGuard, "-f", demuxer],
  ];
}

/** How far a container is read for its streams: bytes and microseconds. */
const analysis = ["-probesize", "33554432", "-analyzeduration", "20000000"];

/** No user-chosen name reaches ffmpeg, and no name can be read as an address or a pattern. */
export function inputUrl(path: string): string {
  return `file:${path}`;
}

export function inputArgs(demuxer: string, path: string): string[] {
  return [...analysis, ...inputGuards(demuxer), "-i", inputUrl(path)];
}
