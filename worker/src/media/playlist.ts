/** One entry of a media playlist. */
export interface PlaylistSegment {
  readonly uri: string;
  readonly seconds: number;
}

export interface MediaPlaylist {
  readonly targetSeconds: number;
  readonly initUri: string;
  readonly segments: readonly PlaylistSegment[];
  readonly ended: boolean;
}

/** A whole, finished media playlist (RFC 8216); version 7 for fragmented MP4. */
export function writeMediaPlaylist(playlist: Pick<MediaPlaylist, "initUri" | "segments">): string {
  // An entry rounded to whole seconds must not exceed the target.
  const target = Math.max(1, ...playlist.segments.map(({ seconds }) => Math.round(seconds)));
  return [
    "#EXTM3U",
    "#EXT-X-VERSION:7",
    `#EXT-X-TARGETDURATION:${target}`,
    "#EXT-X-MEDIA-SEQUENCE:0",
    "#EXT-X-PLAYLIST-TYPE:VOD",
    "#EXT-X-INDEPENDENT-SEGMENTS",
    `#EXT-X-MAP:URI="${playlist.initUri}"`,
    ...playlist.segments.flatMap(({ uri, seconds }) => [`#EXTINF:${seconds.toFixed(6)},`, uri]),
    "#EXT-X-ENDLIST",
    "",
  ].join("\n");
}

function linesOf(text: string): string[] {
  const lines = text.split(/\r?\n/).filter((line) => line !== "");
  if (lines[0] !== "#EXTM3U") throw new Error("a playlist must begin with #EXTM3U");
  return lines;
}

function tagValue(lines: readonly string[], tag: string): string | undefined {
  return lines.find((line) => line.startsWith(`${tag}:`))?.slice(tag.length + 1);
}

/** Reads the quoted and unquoted attributes of a tag. */
export function parseAttributes(text: string): Map<string, string> {
  const pairs = text.matchAll(/([A-Z0-9-]+)=(?:"([^"]*)"|([^,]*))/g);
  return new Map([...pairs].map(([, name, quoted, plain]) => [name ?? "", quoted ?? plain ?? ""]));
}

export function parseMediaPlaylist(text: string): MediaPlaylist {
  const lines = linesOf(text);
  const segments: PlaylistSegment[] = [];
  let seconds: number | undefined;
  for (const line of lines) {
    if (line.startsWith("#EXTINF:")) seconds = Number.parseFloat(line.slice(8));
    if (line.startsWith("#")) continue;
    if (seconds === undefined) throw new Error(`"${line}" has no #EXTINF before it`);
    segments.push({ uri: line, seconds });
    seconds = undefined;
  }
  const initUri = parseAttributes(tagValue(lines, "#EXT-X-MAP") ?? "").get("URI");
  const targetSeconds = Number(tagValue(lines, "#EXT-X-TARGETDURATION"));
  if (!initUri) throw new Error("the playlist has no #EXT-X-MAP");
  if (!Number.isInteger(targetSeconds)) throw new Error("the playlist has no target duration");
  return { targetSeconds, initUri, segments, ended: lines.includes("#EXT-X-ENDLIST") };
}

/** One variant of the multivariant playlist. Rates include the audio that plays with it. */
export interface Variant {
  readonly uri: string;
  readonly bandwidth: number;
  readonly averageBandwidth: number;
  readonly codecs: string;
  readonly width: number;
  readonly height: number;
  readonly fps: number;
}

export interface MasterPlaylist {
  readonly variants: readonly Variant[];
  readonly audioUri: string | undefined;
}

function variantLines(variant: Variant, audio: boolean): string[] {
  const attributes = [
    `BANDWIDTH=${variant.bandwidth}`,
    `AVERAGE-BANDWIDTH=${variant.averageBandwidth}`,
    `CODECS="${variant.codecs}"`,
    `RESOLUTION=${variant.width}x${variant.height}`,
    `FRAME-RATE=${variant.fps.toFixed(3)}`,
    ...(audio ? ['AUDIO="audio"'] : []),
  ];
  return [`#EXT-X-STREAM-INF:${attributes.join(",")}`, variant.uri];
}

export function writeMasterPlaylist({ variants, audioUri }: MasterPlaylist): string {
  const audio = [
    "TYPE=AUDIO",
    'GROUP-ID="audio"',
    'NAME="Main"',
    "DEFAULT=YES",
    "AUTOSELECT=YES",
    'CHANNELS="2"',
    `URI="${audioUri ?? ""}"`,
  ];
  return [
    "#EXTM3U",
    "#EXT-X-VERSION:7",
    "#EXT-X-INDEPENDENT-SEGMENTS",
    ...(audioUri ? [`#EXT-X-MEDIA:${audio.join(",")}`] : []),
    ...variants.flatMap((variant) => variantLines(variant, audioUri !== undefined)),
    "",
  ].join("\n");
}

export function parseMasterPlaylist(text: string): MasterPlaylist {
  const lines = linesOf(text);
  const variants = lines.flatMap((line, index) => {
    if (!line.startsWith("#EXT-X-STREAM-INF:")) return [];
    const attributes = parseAttributes(line.slice("#EXT-X-STREAM-INF:".length));
    const [width, height] = (attributes.get("RESOLUTION") ?? "").split("x").map(Number);
    const uri = lines[index + 1];
    if (!uri || uri.startsWith("#")) throw new Error(`no address follows ${line}`);
    const variant: Variant = {
      uri,
      bandwidth: Number(attributes.get("BANDWIDTH")),
      averageBandwidth: Number(attributes.get("AVERAGE-BANDWIDTH")),
      codecs: attributes.get("CODECS") ?? "",
      width: width ?? 0,
      height: height ?? 0,
      fps: Number(attributes.get("FRAME-RATE")),
    };
    return [variant];
  });
  return { variants, audioUri: parseAttributes(tagValue(lines, "#EXT-X-MEDIA") ?? "").get("URI") };
}
