import type { EarlyStream } from "@framewright/contracts/early-stream.ts";
import { writeMasterPlaylist } from "./playlist.ts";

/** Of 1000 bits, as `BANDWIDTH` has them. Rates of a ladder are those of a few seconds. */
const bits = 1000;

/** One variant: what is known before the end. */
export function earlyMaster(
  { picture, sound }: EarlyStream,
  uriOf: (name: string) => string,
): string {
  const codecs = [picture?.codecs, sound?.codecs].filter((one) => one !== undefined).join(",");
  const rate = bits * ((picture?.kbps ?? 0) + (sound?.kbps ?? 0));
  const common = { bandwidth: rate, averageBandwidth: rate, codecs };
  if (!picture) {
    const uri = uriOf(sound?.name ?? "");
    return writeMasterPlaylist({ media: [], variants: [{ ...common, uri, picture: undefined }] });
  }
  const { width, height, fps } = picture;
  return writeMasterPlaylist({
    media: sound
      ? [
          {
            ...{
              type: "AUDIO",
              groupId: "audio",
              name: "Audio",
              isDefault: true,
              autoselect: true,
            },
            ...{ channels: sound.channels, uri: uriOf(sound.name) },
          },
        ]
      : [],
    variants: [
      {
        ...common,
        uri: uriOf(picture.name),
        picture: { width, height, fps },
        ...(sound && { audio: "audio" }),
      },
    ],
  });
}

interface Growing {
  readonly segmentSeconds: number;
  /** Their names, in order. */
  readonly segments: readonly string[];
  readonly initUri: string;
}

/** A playlist that only grows (RFC 8216, 4.3.3.5), played from its start. Without an end: there is more to come. */
export function earlyPlaylist({ segmentSeconds, segments, initUri }: Growing): string {
  return [
    "#EXTM3U",
    "#EXT-X-VERSION:7",
    `#EXT-X-TARGETDURATION:${Math.max(1, Math.round(segmentSeconds))}`,
    "#EXT-X-MEDIA-SEQUENCE:0",
    "#EXT-X-PLAYLIST-TYPE:EVENT",
    "#EXT-X-INDEPENDENT-SEGMENTS",
    "#EXT-X-START:TIME-OFFSET=0",
    `#EXT-X-MAP:URI="${initUri}"`,
    ...segments.flatMap((uri) => [`#EXTINF:${segmentSeconds.toFixed(6)},`, uri]),
    "",
  ].join("\n");
}

/** The finished playlist of the same rendition, as the end of one that grew. */
export function endedPlaylist(finished: string): string {
  return finished.replace("#EXT-X-PLAYLIST-TYPE:VOD", "#EXT-X-PLAYLIST-TYPE:EVENT");
}
