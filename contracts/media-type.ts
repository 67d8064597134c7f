/** Media types of what a job writes and the API plays, by the end of a file's name. */
const mediaTypes: ReadonlyMap<string, string> = new Map([
  ["m3u8", "application/vnd.apple.mpegurl"],
  ["mpd", "application/dash+xml"],
  ["m4s", "video/iso.segment"],
  ["mp4", "video/mp4"],
  ["m4a", "audio/mp4"],
  ["aac", "audio/aac"],
  ["ts", "video/mp2t"],
  ["vtt", "text/vtt; charset=utf-8"],
  ["jpg", "image/jpeg"],
  ["jpeg", "image/jpeg"],
  ["png", "image/png"],
]);

export function mediaTypeOf(path: string): string {
  return mediaTypes.get(path.split(".").at(-1) ?? "") ?? "application/octet-stream";
}
