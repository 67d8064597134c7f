import { audioName } from "./plan.ts";
import type { Source } from "./source.ts";
import { trackSeconds, type Track } from "./tracks.ts";

interface SourceAndTracks {
  readonly source: Source;
  readonly tracks: readonly Track[];
}

/** A container may round; more than this is a fault. */
function tolerance(seconds: number): number {
  return Math.max(1, seconds * 0.01);
}

/** Seconds by which a track falls short of its source, where that is more than rounding. */
export function shortfall(output: SourceAndTracks): string | undefined {
  const { source, tracks } = output;
  const { video, audio, durationSeconds } = source;
  for (const track of tracks) {
    const stated = track.name === audioName ? audio?.durationSeconds : video.durationSeconds;
    const wanted = stated ?? (track.name === audioName ? 0 : durationSeconds);
    const got = trackSeconds(track);
    if (wanted - got > tolerance(wanted)) {
      return `${track.name} lasts ${got.toFixed(2)} s of ${wanted.toFixed(2)} s.`;
    }
  }
  return undefined;
}
