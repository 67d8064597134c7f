/** What is wrong with a playlist, in words that follow its path. */
export class PlaylistFault extends Error {
  constructor(message: string) {
    super(message);
    this.name = "PlaylistFault";
  }
}

export interface MediaPlaylist {
  /** File of the initialisation segment; nothing where each segment can be read on its own. */
  readonly map: string | undefined;
  readonly segments: readonly string[];
}

export interface MediaEntry {
  readonly type: string;
  readonly uri: string;
}

export interface MasterPlaylist {
  readonly variants: readonly string[];
  readonly media: readonly MediaEntry[];
}

type Attributes = ReadonlyMap<string, string>;

/** One file in the folder of the playlist: no address, no folder, no escape. */
const fileName = /^[A-Za-z0-9_-][A-Za-z0-9_.-]{0,99}$/;
/** A file in a folder beside the master playlist. */
const filePath = /^[A-Za-z0-9_-][A-Za-z0-9_.-]{0,99}\/[A-Za-z0-9_-][A-Za-z0-9_.-]{0,99}$/;

function shown(line: string): string {
  return JSON.stringify(line.slice(0, 80));
}

function requireForm(uri: string, form: RegExp): string {
  if (form.test(uri)) return uri;
  throw new PlaylistFault(`names ${shown(uri)}, which is no relative path of a file beside it`);
}

/** The lines between the first, `#EXTM3U`, and the end of the file. */
function linesOf(text: string): string[] {
  const lines = text.split("\n");
  if (lines[0] !== "#EXTM3U") throw new PlaylistFault("does not begin with #EXTM3U");
  if (lines.at(-1) !== "") throw new PlaylistFault("ends in the middle of a line");
  return lines.slice(1, -1);
}

function unexpected(line: string): PlaylistFault {
  return new PlaylistFault(`has the line ${shown(line)}, which no playlist of ours has there`);
}

const mediaHeader =
  /^#EXT-X-(?:VERSION:\d{1,2}|MEDIA-SEQUENCE:0|PLAYLIST-TYPE:VOD|INDEPENDENT-SEGMENTS)$/;
const target = /^#EXT-X-TARGETDURATION:(\d{1,5})$/;
const map = /^#EXT-X-MAP:URI="([^"]*)"$/;
const length = /^#EXTINF:(\d{1,5}\.\d{1,6}),$/;

/** What the only line of this kind says, or undefined without one. */
function onlyValue(lines: readonly string[], form: RegExp): string | undefined {
  const [first, second] = lines.filter((line) => form.test(line));
  if (second !== undefined) throw unexpected(second);
  return first === undefined ? undefined : form.exec(first)?.[1];
}

function headerOf(lines: readonly string[]) {
  const wrong = lines.find((line) => ![mediaHeader, target, map].some((form) => form.test(line)));
  if (wrong !== undefined) throw unexpected(wrong);
  const uri = onlyValue(lines, map);
  return {
    map: uri === undefined ? undefined : requireForm(uri, fileName),
    targetSeconds: Number(onlyValue(lines, target)),
  };
}

/**
 * The file of a segment. RFC 8216 (4.3.3.1) rounds a length to whole seconds before it is compared with the target, and a
 * worker rounds it to microseconds afterwards.
 */
function segmentOf(tag: string, uri: string, targetSeconds: number): string {
  const seconds = Number(length.exec(tag)?.[1]);
  if (Number.isNaN(seconds)) throw unexpected(tag);
  if (seconds > 0 && seconds < targetSeconds + 0.500_002) return requireForm(uri, fileName);
  throw new PlaylistFault(`has a segment of ${seconds} s, with ${targetSeconds} s as the target`);
}

/**
 * Reads a media playlist as our workers write it: whole, finished, each line of a known kind. A strict reader of its
 * own, because a parser of everything that HLS has would let pass keys, addresses and parts that nobody checks here.
 */
export function readMediaPlaylist(text: string): MediaPlaylist {
  const lines = linesOf(text);
  if (lines.pop() !== "#EXT-X-ENDLIST") throw new PlaylistFault("does not end");
  const begin = lines.findIndex((line) => line.startsWith("#EXTINF:"));
  if (begin < 0) throw new PlaylistFault("names no segment");
  const header = headerOf(lines.slice(0, begin));
  const body = lines.slice(begin);
  const segments = body.flatMap((line, index) =>
    index % 2 === 0 ? [segmentOf(line, body[index + 1] ?? "", header.targetSeconds)] : [],
  );
  return { map: header.map, segments };
}

const attribute = /([A-Z-]+)=("[^"]*"|[^",\s]+)(?:,(?=.)|$)/y;
const mediaNames =
  "TYPE GROUP-ID NAME LANGUAGE DEFAULT AUTOSELECT FORCED CHARACTERISTICS CHANNELS URI".split(" ");
const variantNames =
  "BANDWIDTH AVERAGE-BANDWIDTH CODECS RESOLUTION FRAME-RATE AUDIO SUBTITLES".split(" ");

function attributesOf(list: string, names: readonly string[]): Attributes {
  const found = new Map<string, string>();
  const reader = new RegExp(attribute);
  while (reader.lastIndex < list.length) {
    const [, name = "", value = ""] = reader.exec(list) ?? [];
    if (!names.includes(name) || found.has(name)) throw unexpected(list);
    found.set(name, value.replaceAll('"', ""));
  }
  return found;
}

function entryOf(attributes: Attributes): MediaEntry & { readonly group: string } {
  const type = attributes.get("TYPE") ?? "";
  if (type !== "AUDIO" && type !== "SUBTITLES")
    throw new PlaylistFault(`has media of type ${shown(type)}`);
  const uri = requireForm(attributes.get("URI") ?? "", filePath);
  return { type, uri, group: `${type} ${attributes.get("GROUP-ID") ?? ""}` };
}

/** The groups of entries that a variant plays with. */
function groupsOf(attributes: Attributes): string[] {
  return ["AUDIO", "SUBTITLES"].flatMap((type) => {
    const group = attributes.get(type);
    return group === undefined ? [] : [`${type} ${group}`];
  });
}

const masterHeader = /^#EXT-X-(?:VERSION:\d{1,2}|INDEPENDENT-SEGMENTS)$/;
const mediaTag = "#EXT-X-MEDIA:";
const variantTag = "#EXT-X-STREAM-INF:";

/** Reads the multivariant playlist as our workers write it, each line of a known kind. */
export function readMasterPlaylist(text: string): MasterPlaylist {
  const lines = linesOf(text);
  const variants: string[] = [];
  const entries: ReturnType<typeof entryOf>[] = [];
  const groups = new Set<string>();
  for (let index = 0; index < lines.length; index++) {
    const line = lines[index] ?? "";
    if (line.startsWith(mediaTag)) {
      entries.push(entryOf(attributesOf(line.slice(mediaTag.length), mediaNames)));
    } else if (line.startsWith(variantTag)) {
      const attributes = attributesOf(line.slice(variantTag.length), variantNames);
      groupsOf(attributes).forEach((group) => groups.add(group));
      variants.push(requireForm(lines[++index] ?? "", filePath));
    } else if (!masterHeader.test(line)) throw unexpected(line);
  }
  const lacking = [...groups].find((group) => !entries.some((entry) => entry.group === group));
  if (lacking !== undefined)
    throw new PlaylistFault(`names the group ${shown(lacking)}, which it lacks`);
  return { variants, media: entries.map(({ type, uri }) => ({ type, uri })) };
}
