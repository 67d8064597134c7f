/** Length of one look at the source, in seconds. */
export const lookSeconds = 0.6;

/** Seconds of the source that may be decoded for looks: this share of it, within bounds. */
const decodedShare = 0.15;
const minDecoded = 10;
/** More is not decoded within the time that one look may take. */
const maxDecoded = 240;

export function decodeBudget(seconds: number): number {
  return Math.min(maxDecoded, Math.max(minDecoded, seconds * decodedShare));
}

/** Keyframes of a film, as sorted times in seconds; decoding can begin at each of them. */
type KeyTimes = readonly number[];

/** Where decoding must begin to see the picture of this time: at the keyframe before it. */
export function decodeStart(keyTimes: KeyTimes, time: number): number {
  return keyTimes.findLast((key) => key <= time) ?? 0;
}

function nearest(times: readonly number[], wanted: number): number | undefined {
  return times.toSorted((a, b) => Math.abs(a - wanted) - Math.abs(b - wanted))[0];
}

/** So far behind its start a part without a keyframe is looked at: all before it is decoded for nothing. */
const withoutKeySeconds = 1;

/**
 * Where to look at a film: in each of some equal parts at the keyframe nearest to its middle. A part
 * without a keyframe is looked at near its start, or as late as what may be decoded allows.
 */
export function lookPlaces(seconds: number, keyTimes: KeyTimes): number[] {
  const count = Math.min(6, Math.max(2, Math.round(seconds / 20)));
  const part = seconds / count;
  const last = Math.max(0, seconds - lookSeconds);
  let budget = decodeBudget(seconds);
  const places: number[] = [];
  for (let index = 0; index < count; index += 1) {
    const middle = (index + 0.5) * part;
    const end = Math.min((index + 1) * part, last);
    const keys = keyTimes.filter((key) => key >= index * part && key <= end);
    const early = Math.min(middle, index * part + withoutKeySeconds);
    const wanted = Math.min(nearest(keys, middle) ?? early, last);
    const start = decodeStart(keyTimes, wanted);
    const place = Math.min(wanted, start + budget - lookSeconds);
    if (place < start || places.includes(place)) continue;
    budget -= place - start + lookSeconds;
    places.push(place);
  }
  return places;
}
