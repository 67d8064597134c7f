/** A part of a sound that is sent to an engine at once, in seconds. */
export interface Chunk {
  readonly start: number;
  readonly end: number;
}

/** Engines hear windows of 30 s; a call of a minute is short enough to be repeated. */
const longestSeconds = 60;
/** A chunk is not cut before that, so that most of them are long. */
const shortestSeconds = 25;
/** How long it has to be quiet around a cut to be between two words. */
const aroundSeconds = 0.3;
/** As a share of the full scale: nobody speaks below that (-60 dBFS). */
const silence = 0.001;

export interface Loudnesses {
  /** Mean of the samples' sizes in each step, from 0 to 1. */
  readonly steps: readonly number[];
  readonly stepSeconds: number;
}

function quietest({ steps, stepSeconds }: Loudnesses, from: number, to: number): number {
  const around = Math.max(1, Math.round(aroundSeconds / stepSeconds));
  let best = to;
  let least = Number.POSITIVE_INFINITY;
  for (let at = from; at + around <= to; at += 1) {
    const sum = steps.slice(at, at + around).reduce((total, one) => total + one, 0);
    // Of equals the last: chunks are as long as they may be.
    if (sum <= least) {
      least = sum;
      best = at + Math.floor(around / 2);
    }
  }
  return best;
}

/** Cuts a sound where it is quietest; parts in which nothing is heard at all are left out. */
export function chunksOf(sound: Loudnesses): Chunk[] {
  const { steps, stepSeconds } = sound;
  const longest = Math.round(longestSeconds / stepSeconds);
  const shortest = Math.round(shortestSeconds / stepSeconds);
  const chunks: Chunk[] = [];
  for (let from = 0; from < steps.length;) {
    const isRest = steps.length - from <= longest;
    const to = isRest ? steps.length : quietest(sound, from + shortest, from + longest);
    if (steps.slice(from, to).some((value) => value > silence)) {
      chunks.push({ start: from * stepSeconds, end: to * stepSeconds });
    }
    from = to;
  }
  return chunks;
}
