/**
 * Options that every opening of an input carries: local files only, this one demuxer only (also
 * for what is nested inside), bounded streams.
 */
export function inputGuards(demuxer: string): string[] {
  return [
    ...["-protocol_whitelist", "file,pipe", "-format_whitelist", demuxer],
    ...["-max_streams", "100", "-f", demuxer],
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
