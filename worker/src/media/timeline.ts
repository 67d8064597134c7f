import { leapSeconds, type StreamScan } from "./packet-scan.ts";

/** A leap of the source's clock: from `at` on, its times are this much too late. */
export interface Leap {
  readonly at: number;
  readonly seconds: number;
}

/**
 * From the times of the source to those of the result, which begins at zero. It keeps no state, so
 * that it means the same for every stream and survives a rebuilt filter graph.
 */
export interface Timeline {
  /** Taken from every time. */
  readonly origin: number;
  /** In order of time. */
  readonly leaps: readonly Leap[];
}

/** Where one stream lies in the result, in seconds. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A picture may stand for minutes where no sound says that time has passed. */
const silentLeapSeconds = 300;
/** A start this near to zero is an encoder's delay or a late first picture: it is kept. */
const nearZeroSeconds = 0.5;
const maxLeaps = 100;

function usualInterval({ times }: StreamScan): number {
  const intervals = times.slice(1).map((time, index) => time - (times[index] ?? time));
  return intervals.toSorted((a, b) => a - b)[Math.floor(intervals.length / 2)] ?? 0.04;
}

/** The clock has leapt where no stream has a packet for long, although all of them go on after it. */
function findLeaps(streams: readonly StreamScan[]): Leap[] {
  const ends = streams.map(({ times }) => times.at(-1) ?? 0);
  const allEnd = Math.min(...ends);
  const merged = Float64Array.from(streams.flatMap(({ times }) => [...times])).toSorted();
  const step = Math.min(...streams.map(usualInterval));
  const leaps: Leap[] = [];
  for (let index = 1; index < merged.length; index += 1) {
    const before = merged[index - 1] ?? 0;
    const at = merged[index] ?? 0;
    const limit = streams.length > 1 && before < allEnd ? leapSeconds : silentLeapSeconds;
    if (at - before > limit) leaps.push({ at, seconds: at - before - step });
  }
  return leaps
    .toSorted((a, b) => b.seconds - a.seconds)
    .slice(0, maxLeaps)
    .toSorted((a, b) => a.at - b.at);
}

/** Made of the streams that will be decoded. */
export function timelineOf(streams: readonly StreamScan[]): Timeline {
  const present = streams.filter(({ times }) => times.length > 0);
  const starts = present.map(({ times }) => times[0] ?? 0);
  const first = starts.length === 0 ? 0 : Math.min(...starts);
  return {
    origin: Math.abs(first) <= nearZeroSeconds ? 0 : first,
    leaps: present.length === 0 ? [] : findLeaps(present),
  };
}

export function timeInResult({ origin, leaps }: Timeline, time: number): number {
  const taken = leaps.reduce((sum, leap) => (leap.at <= time ? sum + leap.seconds : sum), origin);
  return time - taken;
}

export function timeInSource({ origin, leaps }: Timeline, time: number): number {
  return leaps.reduce(
    (found, leap) => (leap.at <= found + leap.seconds ? found + leap.seconds : found),
    time + origin,
  );
}

/** A stream without packets lies nowhere. */
export function spanOf(timeline: Timeline, stream: StreamScan): Span | undefined {
  const [first] = stream.times;
  const last = stream.times.at(-1);
  if (first === undefined || last === undefined) return undefined;
  const stated = stream.lastDuration;
  const length = stated > 0 && stated < leapSeconds ? stated : usualInterval(stream);
  return { start: timeInResult(timeline, first), end: timeInResult(timeline, last) + length };
}

/** The map as a `setpts` or `asetpts` filter; nothing where times stay as they are. */
export function timelineFilter(name: "setpts" | "asetpts", timeline: Timeline): string[] {
  const { origin, leaps } = timeline;
  if (origin === 0 && leaps.length === 0) return [];
  const half = 0.0005;
  const taken = leaps.map(({ at, seconds }) => `gte(T,${at - half})*${seconds}`);
  return [`${name}='PTS-(${[`${origin}`, ...taken].join("+")})/TB'`];
}
