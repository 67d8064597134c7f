import { formatRational, type Rational } from "./rational.ts";
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
/** Where ffmpeg has closed a leap, packets of both sides may be mixed, and it leaves a gap as long as the leap. */
const closedLeapSeconds = 0.5;
const nearClosingSeconds = 1;

function usualInterval({ times }: StreamScan): number {
  const intervals = times.slice(1).map((time, index) => time - (times[index] ?? time));
  return intervals.toSorted((a, b) => a - b)[Math.floor(intervals.length / 2)] ?? 0.04;
}

/** Where packets of both sides are mixed, the gap is that of the stream which has the shortest one. */
function shortestGap(streams: readonly StreamScan[], at: number): number {
  const gaps = streams.flatMap((stream) => {
    const next = stream.times.findIndex((time) => time >= at);
    const [before, after] = [stream.times[next - 1], stream.times[next]];
    if (before === undefined || after === undefined) return [];
    return [after - before - usualInterval(stream)];
  });
  return Math.max(0, Math.min(...gaps));
}

function isNear(closing: number, gap: { readonly before: number; readonly at: number }): boolean {
  return closing > gap.before - nearClosingSeconds && closing < gap.at + nearClosingSeconds;
}

/** The clock has leapt where no stream has a packet for long, although all of them go on after it. */
function findLeaps(streams: readonly StreamScan[], closings: readonly number[]): Leap[] {
  const ends = streams.map(({ times }) => times.at(-1) ?? 0);
  const allEnd = Math.min(...ends);
  const merged = Float64Array.from(streams.flatMap(({ times }) => [...times])).toSorted();
  const step = Math.min(...streams.map(usualInterval));
  const leaps: Leap[] = [];
  for (let index = 1; index < merged.length; index += 1) {
    const before = merged[index - 1] ?? 0;
    const at = merged[index] ?? 0;
    const gap = at - before;
    if (gap <= closedLeapSeconds) continue;
    const usual = streams.length > 1 && before < allEnd ? leapSeconds : silentLeapSeconds;
    if (closings.some((time) => isNear(time, { before, at }))) {
      leaps.push({ at, seconds: shortestGap(streams, at) });
    } else if (gap > usual) leaps.push({ at, seconds: gap - step });
  }
  return leaps
    .toSorted((a, b) => b.seconds - a.seconds)
    .slice(0, maxLeaps)
    .toSorted((a, b) => a.at - b.at);
}

/** Made of the streams that will be decoded, and of the places where ffmpeg closes leaps of their clock. */
export function timelineOf(
  streams: readonly StreamScan[],
  closings: readonly number[] = [],
): Timeline {
  const present = streams.filter(({ times }) => times.length > 0);
  const starts = present.map(({ times }) => times[0] ?? 0);
  const first = starts.length === 0 ? 0 : Math.min(...starts);
  return {
    origin: Math.abs(first) <= nearZeroSeconds ? 0 : first,
    leaps: present.length === 0 ? [] : findLeaps(present, closings),
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

/** The time in the result as an expression of a filter's variable `T`. */
export function timeExpression({ origin, leaps }: Timeline): string {
  const half = 0.0005;
  const taken = leaps.map(({ at, seconds }) => `gte(T,${at - half})*${seconds}`);
  return `(T-(${[`${origin}`, ...taken].join("+")}))`;
}

/** The map for sound; nothing where times stay as they are. */
export function soundTimeFilter(timeline: Timeline): string[] {
  const { origin, leaps } = timeline;
  if (origin === 0 && leaps.length === 0) return [];
  return [`asetpts='${timeExpression(timeline)}/TB'`];
}

/** A picture is shown at most this share of a frame late to find a place of its own. */
const maxWait = 0.9;

/**
 * The map for pictures, onto the grid of a constant rate. Where stamps are rounded or jitter, two
 * pictures fall into one place and none into the next: the second one then waits for it. (A filter
 * that only rounds, as `fps` does, throws away two of five pictures of a browser's recording.)
 */
export function pictureTimeFilter(timeline: Timeline, fps: Rational): string {
  const rate = formatRational(fps);
  // 0: the last place, 1: the wanted one, exactly, 2: the nearest to that.
  const steps = [
    `st(1,${timeExpression(timeline)}*${rate})`,
    "st(2,round(ld(1)))",
    `st(0,if(gt(N,0)*lte(ld(2),ld(0))*lt(ld(0)+1-ld(1),${maxWait}),ld(0)+1,ld(2)))`,
    `ld(0)/(${rate})/TB`,
  ];
  return `setpts='if(isnan(T),NAN,${steps.join(";")})'`;
}
