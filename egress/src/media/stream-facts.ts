/** Codecs of what is recorded, as ffmpeg names them; undefined where there is no such track. */
export interface StreamFacts {
  readonly video: string | undefined;
  readonly audio: string | undefined;
}

const trackLine = /^\s*Stream #\d:\d+[^:]*: (Video|Audio): ([\w-]+)/;

/** The first picture and the first sound of what comes in, which are those that are mapped. */
export function readFacts(lines: readonly string[]): StreamFacts | undefined {
  const start = lines.findIndex((line) => line.startsWith("Input #0"));
  if (start < 0) return undefined;
  // What follows is complete once ffmpeg begins with what it does of it.
  const end = lines.findIndex((line) => /^(Stream mapping:|Output #0|Press |.*Error)/.test(line));
  if (end < start) return undefined;
  const found = lines.slice(start, end).flatMap((line) => {
    const [, type, codec] = trackLine.exec(line) ?? [];
    return type === undefined || codec === undefined ? [] : [{ type, codec }];
  });
  return {
    video: found.find(({ type }) => type === "Video")?.codec,
    audio: found.find(({ type }) => type === "Audio")?.codec,
  };
}
