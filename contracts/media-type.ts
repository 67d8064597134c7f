/** Media types of what a job writes and the API plays, by the end of a file's name. */
const mediaTypes = {
  m3u8: "application/vnd.apple.mpegurl",
  mpd: "application/dash+xml",
  m4s: "video/iso.segment",
  mp4: "video/mp4",
  m4a: "audio/mp4",
  aac: "audio/aac",
  ts: "video/mp2t",
  vtt: "text/vtt; charset=utf-8",
  jpg: "image/jpeg",
  jpeg: "image/jpeg",
  png: "image/png",
} as const;

const byEnding: ReadonlyMap<string, string> = new Map(Object.entries(mediaTypes));

/** Every type that a file of a result may have. */
export const outputMediaTypes: readonly string[] = [...new Set(Object.values(mediaTypes))];

export function mediaTypeOf(path: string): string {
  return byEnding.get(path.split(".").at(-1) ?? "") ?? "application/octet-stream";
}
