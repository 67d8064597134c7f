/** A segment that ffmpeg has closed. */
export interface LocalSegment {
  readonly name: string;
  readonly seconds: number;
  /** When its first picture was recorded. */
  readonly at: Date;
}

/** The closed segments of a playlist that ffmpeg wrote. A segment without a time has that of the end of the one before. */
export function readLocalPlaylist(text: string): LocalSegment[] {
  const segments: LocalSegment[] = [];
  let seconds = 0;
  let at: Date | undefined;
  for (const line of text.split("\n")) {
    const [, tag, value] = /^#(EXTINF|EXT-X-PROGRAM-DATE-TIME):([^,]+),?$/.exec(line.trim()) ?? [];
    if (tag === "EXTINF") seconds = Number(value);
    else if (value !== undefined) at = new Date(value);
    else if (/^s\d+\.m4s$/.test(line.trim())) {
      const last = segments.at(-1);
      const follows = last && new Date(last.at.getTime() + last.seconds * 1000);
      segments.push({ name: line.trim(), seconds, at: at ?? follows ?? new Date(0) });
      at = undefined;
    }
  }
  return segments.filter((segment) => segment.seconds > 0);
}
