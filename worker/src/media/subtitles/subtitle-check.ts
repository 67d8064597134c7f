import { isDeepStrictEqual } from "node:util";
import { parsePlaylist, type Playlist } from "../strict-playlist.ts";
import { playlistPath } from "../tracks.ts";
import type { Cue } from "./place-cues.ts";
import { InvalidWebVtt, readWebVtt, type PublishedCue } from "./read-webvtt.ts";
import type { SubtitleRendition } from "./rendition.ts";

/** Renditions as they are published, and what must be in them. */
export interface PublishedSubtitles {
  readonly renditions: readonly SubtitleRendition[];
  /** Media playlists by path. */
  readonly playlists: ReadonlyMap<string, string>;
  readonly master: string;
  /** The text of a segment by its path. */
  readonly read: (path: string) => Promise<string>;
  /** Of the longest track of the result. */
  readonly durationSeconds: number;
}

interface Listed {
  readonly uri: string;
  /** In milliseconds. */
  readonly from: number;
  readonly to: number;
}

/** Times are written in whole milliseconds, and lengths are rounded, too. */
const roundingMs = 2;

function readPlaylist(text = ""): Playlist | undefined {
  try {
    return parsePlaylist(text);
  } catch {
    return undefined;
  }
}

function listed(text: string | undefined): Listed[] | undefined {
  const playlist = readPlaylist(text);
  if (
    !playlist ||
    playlist.isMasterPlaylist ||
    !playlist.endlist ||
    playlist.playlistType !== "VOD"
  )
    return;
  let from = 0;
  return playlist.segments.map(({ uri, duration }) => {
    const segment = { uri, from, to: from + duration * 1000 };
    from = segment.to;
    return segment;
  });
}

function touches({ start, end }: PublishedCue, { from, to }: Listed, margin: number): boolean {
  return start < to + margin && end > from - margin;
}

function keyOf({ start, end, text }: PublishedCue): string {
  return `${start} ${end} ${text}`;
}

/** What is wrong with the cues of one segment, as the end of a sentence. */
function cueFault(
  found: readonly PublishedCue[],
  cues: readonly Cue[],
  segment: Listed,
): string | undefined {
  const disorder = found.some((cue, index) => cue.start < (found[index - 1]?.start ?? 0));
  if (disorder) return "has cues that are not in order";
  if (found.some((cue) => !touches(cue, segment, roundingMs))) return "has a cue of another time";
  const wanted = new Set(cues.map(keyOf));
  const present = new Set(found.map(keyOf));
  const foreign = [...present].some((key) => !wanted.has(key));
  if (foreign) return "has a cue that the source does not have";
  const missing = cues.filter(
    (cue) => touches(cue, segment, -roundingMs) && !present.has(keyOf(cue)),
  );
  return missing.length === 0 ? undefined : `lacks ${missing.length} cues`;
}

/** What is wrong with one segment, as the end of a sentence. */
function segmentFault(text: string, cues: readonly Cue[], segment: Listed): string | undefined {
  const near = cues.filter((cue) => touches(cue, segment, roundingMs));
  try {
    return cueFault(readWebVtt(text), near, segment);
  } catch (error) {
    if (error instanceof InvalidWebVtt) return `is not valid: ${error.message}`;
    throw error;
  }
}

async function renditionProblems(
  { name, cues }: SubtitleRendition,
  { playlists, read, durationSeconds }: PublishedSubtitles,
): Promise<string[]> {
  const segments = listed(playlists.get(playlistPath(name)));
  if (!segments) return [`${name} has no playlist that is valid and finished`];
  const end = (segments.at(-1)?.to ?? 0) / 1000;
  if (Math.abs(end - durationSeconds) > 0.01) {
    return [`${name} lasts ${end.toFixed(2)} s of ${durationSeconds.toFixed(2)} s`];
  }
  const problems: string[] = [];
  for (const segment of segments) {
    const path = `${name}/${segment.uri}`;
    const fault = segmentFault(await read(path), cues, segment);
    if (fault !== undefined) problems.push(`${path} ${fault}`);
  }
  return problems;
}

/** The parser's own types leave out that a mark may be absent. */
interface Offer {
  readonly uri?: string | undefined;
  readonly language?: string | undefined;
  readonly isDefault?: boolean;
  readonly forced?: boolean;
}

/** Every variant must offer all subtitles, as what they are. */
function offerProblems({ master, renditions }: PublishedSubtitles): string[] {
  const playlist = readPlaylist(master);
  if (!playlist?.isMasterPlaylist) return ["the master playlist is not valid"];
  const wanted = renditions.map(({ name, track: { language, isDefault, forced } }) => ({
    ...{ uri: playlistPath(name), language, isDefault, forced },
  }));
  return playlist.variants.flatMap(({ uri: variant, subtitles }) => {
    const offered = subtitles.map(
      ({ uri, language, isDefault = false, forced = false }: Offer) => ({
        ...{ uri, language, isDefault, forced },
      }),
    );
    return isDeepStrictEqual(offered, wanted) ? [] : [`${variant} does not offer all subtitles`];
  });
}

/** Reads what is to be published back, with parsers that share no code with the writer. */
export async function subtitleProblems(published: PublishedSubtitles): Promise<string[]> {
  const problems = offerProblems(published);
  for (const rendition of published.renditions) {
    problems.push(...(await renditionProblems(rendition, published)));
  }
  return problems;
}
