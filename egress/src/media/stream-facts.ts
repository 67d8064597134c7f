import { egressTracks, type EgressTrack } from "@framewright/contracts/egress.ts";

/** Codecs of what is recorded, as ffmpeg names them; undefined where there is no such track. */
export type Codecs = Readonly<Record<EgressTrack, string | undefined>>;

export interface StreamFacts extends Codecs {
  /** Tracks that the source announces, and of which nothing came. */
  readonly unsent: readonly EgressTrack[];
}

const trackLine = /^\s*Stream #\d:\d+[^:]*: (Video|Audio): ([\w-]+)/;

/** What ffmpeg says of a track of MPEG-TS by whose packets it would have known more: no format of pixels, no channels. */
const unsentMarks = { video: /\), none(,|$)/, audio: /, 0 channels/ } as const;

/** The first picture and the first sound of what comes in, which are those that are mapped. */
export function readFacts(lines: readonly string[]): StreamFacts | undefined {
  const start = lines.findIndex((line) => line.startsWith("Input #0"));
  if (start < 0) return undefined;
  // What follows is complete once ffmpeg begins with what it does of it.
  const end = lines.findIndex((line) => /^(Stream mapping:|Output #0|Press |.*Error)/.test(line));
  if (end < start) return undefined;
  const found = lines.slice(start, end).flatMap((line) => {
    const [, type, codec] = trackLine.exec(line) ?? [];
    return type === undefined || codec === undefined ? [] : [{ type, codec, line }];
  });
  const first = {
    video: found.find(({ type }) => type === "Video"),
    audio: found.find(({ type }) => type === "Audio"),
  };
  return {
    video: first.video?.codec,
    audio: first.audio?.codec,
    unsent: egressTracks.filter((track) => unsentMarks[track].test(first[track]?.line ?? "")),
  };
}
