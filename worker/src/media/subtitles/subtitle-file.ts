/** So much of the file shows what it is. */
export const headBytes = 64 * 1024;

const srtTimes = /^\s*(\d+\s*\r?\n\s*)?\d+:\d{2}:\d{2}[,.]\d{1,3}\s*-->\s*\d+:\d{2}:\d{2}[,.]\d/m;

/** The demuxer of a file of subtitles, by its text; nothing where it is neither WebVTT nor SubRip. */
export function subtitleDemuxer(head: Buffer): "webvtt" | "srt" | undefined {
  const text = head.toString("latin1").replace(/^\xef\xbb\xbf/, "");
  if (text.includes("\0")) return undefined;
  if (/^WEBVTT([ \t\r\n]|$)/.test(text)) return "webvtt";
  return srtTimes.test(text) ? "srt" : undefined;
}
