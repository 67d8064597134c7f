import type { Source } from "./source.ts";
import { trackSeconds, type Track } from "./tracks.ts";

interface SourceAndTracks {
  readonly source: Source;
  readonly tracks: readonly Track[];
}

/** A decoder may lose a little at a start or an end; more than this is a fault. */
function tolerance(seconds: number): number {
  return Math.max(1, seconds * 0.01);
}

/** Seconds by which a track falls short of the packets that its source holds, where that is more than usual. */
export function shortfall({ source, tracks }: SourceAndTracks): string | undefined {
  const { audio, durationSeconds } = source;
  for (const track of tracks) {
    const wanted = track.init.kind === "sound" ? (audio?.span.end ?? 0) : durationSeconds;
    const got = trackSeconds(track);
    if (wanted - got > tolerance(wanted)) {
      return `${track.name} lasts ${got.toFixed(2)} s of ${wanted.toFixed(2)} s.`;
    }
  }
  return undefined;
}
