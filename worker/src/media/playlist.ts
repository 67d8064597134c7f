/** One entry of a media playlist. */
export interface PlaylistSegment {
  readonly uri: string;
  readonly seconds: number;
}

export interface MediaPlaylist {
  readonly initUri: string;
  readonly segments: readonly PlaylistSegment[];
}

/** A whole, finished media playlist (RFC 8216); version 7 for fragmented MP4. */
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
    `#EXT-X-MAP:URI="${playlist.initUri}"`,
    ...playlist.segments.flatMap(({ uri, seconds }) => [`#EXTINF:${seconds.toFixed(6)},`, uri]),
    "#EXT-X-ENDLIST",
    "",
  ].join("\n");
}

/** One variant of the multivariant playlist. Rates include the audio that plays with it. */
export interface Variant {
  readonly uri: string;
  readonly bandwidth: number;
  readonly averageBandwidth: number;
  readonly codecs: string;
  /** Nothing where there is only sound. */
  readonly picture:
    { readonly width: number; readonly height: number; readonly fps: number } | undefined;
}

export interface MasterPlaylist {
  readonly variants: readonly Variant[];
  readonly audioUri: string | undefined;
}

function variantLines(variant: Variant, audio: boolean): string[] {
  const { picture } = variant;
  const attributes = [
    `BANDWIDTH=${variant.bandwidth}`,
    `AVERAGE-BANDWIDTH=${variant.averageBandwidth}`,
    `CODECS="${variant.codecs}"`,
    ...(picture ? [`RESOLUTION=${picture.width}x${picture.height}`] : []),
    ...(picture ? [`FRAME-RATE=${picture.fps.toFixed(3)}`] : []),
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
