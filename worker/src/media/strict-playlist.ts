import { parse, setOptions } from "hls-parser";

// By default the parser only prints what breaks the standard, and goes on.
setOptions({ strictMode: true });

export type Playlist = ReturnType<typeof parse>;

/** Reads a text with a parser that shares no code with the writer; throws where the text is no valid playlist. */
export function parsePlaylist(text: string): Playlist {
  return parse(text);
}
