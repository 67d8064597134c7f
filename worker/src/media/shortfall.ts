import type { JobWarning } from "@framewright/contracts/job.ts";
import type { Plan } from "@framewright/media/plan.ts";
import type { Source } from "@framewright/media/source.ts";
import { trackSeconds, type Track } from "./tracks.ts";

interface Made {
  readonly plan: Pick<Plan, "sounds">;
  readonly source: Source;
  readonly tracks: readonly Track[];
}

/** A decoder may lose a little at a start or an end; more than this is a fault. */
function tolerance(seconds: number): number {
  return Math.max(1, seconds * 0.01);
}

function shortBecause(track: Track, wanted: number): string | undefined {
  const got = trackSeconds(track);
  return wanted - got > tolerance(wanted)
    ? `${track.name} lasts ${got.toFixed(2)} s of ${wanted.toFixed(2)} s.`
    : undefined;
}

/**
 * Seconds by which pictures or the sound that plays by default fall short of the packets that their
 * source holds, where that is more than usual.
 */
export function shortfall({ plan, source, tracks }: Made): string | undefined {
  return tracks
    .map((track) => {
      const sound = plan.sounds.find(({ name }) => name === track.name);
      if (sound && !sound.isDefault) return undefined;
      return shortBecause(track, sound ? sound.end : source.durationSeconds);
    })
    .find((problem) => problem !== undefined);
}

/** The same of other sound: a film is right without the end of it. */
export function shortAlternates({ plan, tracks }: Omit<Made, "source">): JobWarning[] {
  return plan.sounds.flatMap((sound) => {
    const track = tracks.find(({ name }) => name === sound.name);
    const problem = track && !sound.isDefault && shortBecause(track, sound.end);
    if (!problem) return [];
    return [
      { code: "audio-track-cut", message: `The end of "${sound.shown}" is missing: ${problem}` },
    ];
  });
}
