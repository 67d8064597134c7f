/** One entry of a media playlist. */
export interface PlaylistSegment {
  readonly uri: string;
  readonly seconds: number;
}

export interface MediaPlaylist {
  /** Nothing where each segment can be read on its own, as WebVTT can. */
  readonly initUri?: string;
  readonly segments: readonly PlaylistSegment[];
}

/**
 * A whole, finished media playlist (RFC 8216); version 7 for fragmented MP4. The API refuses lines that it does not know
 * (`api/results/read-playlist.ts`): release it first when another kind of line is to be written.
 */
export function writeMediaPlaylist(playlist: MediaPlaylist): string {
  // An entry rounded to whole seconds must not exceed the target.
  const target = Math.max(1, ...playlist.segments.map(({ seconds }) => Math.round(seconds)));
  return [
    "#EXTM3U",
    "#EXT-X-VERSION:7",
    `#EXT-X-TARGETDURATION:${target}`,
    "#EXT-X-MEDIA-SEQUENCE:0",
    "#EXT-X-PLAYLIST-TYPE:VOD",
    "#EXT-X-INDEPENDENT-SEGMENTS",
    ...(playlist.initUri === undefined ? [] : [`#EXT-X-MAP:URI="${playlist.initUri}"`]),
    ...playlist.segments.flatMap(({ uri, seconds }) => [`#EXTINF:${seconds.toFixed(6)},`, uri]),
    "#EXT-X-ENDLIST",
    "",
  ].join("\n");
}

/** One rendition beside the variants (EXT-X-MEDIA): sound or subtitles in one language. */
export interface MediaEntry {
  readonly type: "AUDIO" | "SUBTITLES";
  readonly groupId: string;
  /** What players show; no other entry of the group may have it. */
  readonly name: string;
  /** As in RFC 5646. */
  readonly language?: string | undefined;
  readonly isDefault: boolean;
  /** Players may take it without a choice of their user. */
  readonly autoselect: boolean;
  /** Subtitles that are meant for those too who chose none. */
  readonly forced?: boolean;
  /** Uniform type identifiers, such as public.accessibility.describes-video. */
  readonly characteristics?: readonly string[];
  /** Of sound. */
  readonly channels?: number;
  readonly uri: string;
}

/** One variant of the multivariant playlist. Rates include the audio that plays with it. */
export interface Variant {
  readonly uri: string;
  readonly bandwidth: number;
  readonly averageBandwidth: number;
  readonly codecs: string;
  /** Nothing where there is only sound. */
  readonly picture:
    | { readonly width: number; readonly height: number; readonly fps: number }
    | undefined;
  /** Groups of the entries that play with it. */
  readonly audio?: string | undefined;
  readonly subtitles?: string | undefined;
}

export interface MasterPlaylist {
  readonly media: readonly MediaEntry[];
  readonly variants: readonly Variant[];
}

/**
 * A quoted-string holds no quotation mark, no line break and nothing to escape them with (RFC 8216,
 * 4.2). Names come from the source: what cannot stand there is replaced, and so are apostrophes,
 * which some parsers take for quotation marks.
 */
export function attributeText(text: string): string {
  return text
    .toWellFormed()
    .replaceAll('"', "\u201d")
    .replaceAll("'", "\u2019")
    .replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, " ");
}

function quoted(text: string): string {
  return `"${attributeText(text)}"`;
}

function yesOrNo(value: boolean): string {
  return value ? "YES" : "NO";
}

function mediaLine(entry: MediaEntry): string {
  const { language, characteristics = [], channels } = entry;
  const attributes = [
    `TYPE=${entry.type}`,
    `GROUP-ID=${quoted(entry.groupId)}`,
    `NAME=${quoted(entry.name)}`,
    ...(language === undefined ? [] : [`LANGUAGE=${quoted(language)}`]),
    `DEFAULT=${yesOrNo(entry.isDefault)}`,
    `AUTOSELECT=${yesOrNo(entry.autoselect)}`,
    ...(entry.forced === true ? ["FORCED=YES"] : []),
    ...(characteristics.length > 0 ? [`CHARACTERISTICS=${quoted(characteristics.join(","))}`] : []),
    ...(channels === undefined ? [] : [`CHANNELS="${channels}"`]),
    `URI=${quoted(entry.uri)}`,
  ];
  return `#EXT-X-MEDIA:${attributes.join(",")}`;
}

function variantLines(variant: Variant): string[] {
  const { picture, audio, subtitles } = variant;
  const attributes = [
    `BANDWIDTH=${variant.bandwidth}`,
    `AVERAGE-BANDWIDTH=${variant.averageBandwidth}`,
    `CODECS="${variant.codecs}"`,
    ...(picture ? [`RESOLUTION=${picture.width}x${picture.height}`] : []),
    ...(picture ? [`FRAME-RATE=${picture.fps.toFixed(3)}`] : []),
    ...(audio === undefined ? [] : [`AUDIO=${quoted(audio)}`]),
    ...(subtitles === undefined ? [] : [`SUBTITLES=${quoted(subtitles)}`]),
  ];
  return [`#EXT-X-STREAM-INF:${attributes.join(",")}`, variant.uri];
}

export function writeMasterPlaylist({ media, variants }: MasterPlaylist): string {
  return [
    "#EXTM3U",
    "#EXT-X-VERSION:7",
    "#EXT-X-INDEPENDENT-SEGMENTS",
    ...media.map(mediaLine),
    ...variants.flatMap(variantLines),
    "",
  ].join("\n");
}
