import { characteristicsOf, isSurround, toStereo, type Sound } from "./audio-tracks.ts";
import type { StreamScan } from "@framewright/media/packet-scan.ts";
import type { SourceAudio } from "@framewright/media/source.ts";
import { spanOf, type Timeline } from "@framewright/media/timeline.ts";
import { trackLabel } from "@framewright/media/track-names.ts";

/** Packets of each stream, by its index in the file. */
export type Scans = ReadonlyMap<number, StreamScan>;

/** A pair of mono tracks has been joined before. */
const joinedPair = { channels: 2, channel_layout: "stereo" } as const;

export function scansOf(sound: Sound, scans: Scans): StreamScan[] {
  return sound.flatMap(({ index }) => scans.get(index) ?? []);
}

/** A sound, as soon as its place in time is known. */
export function describeSound(sound: Sound, scans: Scans): (timeline: Timeline) => SourceAudio {
  const [stream] = sound;
  const isPair = sound.length > 1;
  return (timeline) => {
    const spans = scansOf(sound, scans).flatMap((scan) => spanOf(timeline, scan) ?? []);
    return {
      indices: sound.map(({ index }) => index),
      toStereo: toStereo(isPair ? joinedPair : stream),
      codec: stream.codec_name ?? "unknown",
      channels: isPair ? joinedPair.channels : (stream.channels ?? 0),
      sampleRate: Number(stream.sample_rate ?? 0),
      span: {
        start: Math.min(...spans.map(({ start }) => start)),
        end: Math.max(...spans.map(({ end }) => end)),
      },
      isSurround: !isPair && isSurround(stream),
      label: trackLabel(stream.tags),
      characteristics: characteristicsOf(stream),
      isCommentary: stream.disposition?.["comment"] === 1,
    };
  };
}
