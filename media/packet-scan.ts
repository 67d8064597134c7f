import { numberIn } from "./rational.ts";

/** Decode times of two packets that follow each other, in seconds. */
export interface StepBack {
  readonly from: number;
  readonly to: number;
}

/** What a stream's packets say of it, whatever the container states. Times in seconds. */
export interface StreamScan {
  readonly index: number;
  /** The first time at which the clock goes back, where ffmpeg does not close that. */
  readonly stepBack?: StepBack;
  /** Presentation times, sorted; decode times where a container has no others. */
  readonly times: readonly number[];
  /** Those of the packets at which a decoder can begin. */
  readonly keyTimes: readonly number[];
  /** Length of the last packet. */
  readonly lastDuration: number;
}

export const packetArgs = [
  ...["-v", "error", "-print_format", "csv=p=0"],
  ...["-show_entries", "packet=stream_index,pts_time,dts_time,duration_time,flags"],
] as const;

interface Gathered {
  readonly times: number[];
  readonly keyTimes: number[];
  /** Lengths of the packets without stamps. */
  readonly unstamped: number[];
  latest: number;
  lastDuration: number;
  /** Decode time of the last packet, and the one that is expected next. */
  decoded: number | undefined;
  next: number | undefined;
  stepBack: StepBack | undefined;
}

interface Packet {
  readonly index: number;
  readonly decode: number | undefined;
  /** Nothing where the container has no stamps, as bare H.264. */
  readonly time: number | undefined;
  readonly duration: number;
  readonly isKey: boolean;
}

/** A packet as one line of `packetArgs`' output; nothing for what an edit list hides. */
function parsePacket(line: string): Packet | undefined {
  const [index, pts, dts, duration, flags] = line.split(",");
  const stream = numberIn(index);
  const decode = numberIn(dts);
  const time = numberIn(pts) ?? decode;
  if (stream === undefined || flags?.includes("D")) return undefined;
  return {
    index: stream,
    decode,
    time,
    duration: numberIn(duration) ?? 0,
    isKey: flags?.startsWith("K") ?? false,
  };
}

/** Where no packet has a stamp, each one begins where the one before ends, as ffmpeg decodes them. */
function followEachOther(durations: readonly number[]): number[] {
  let end = 0;
  return durations.map((duration) => {
    const begin = end;
    end += duration;
    return begin;
  });
}

function scanOf(index: number, gathered: Gathered, startTime: number): StreamScan {
  const { times, keyTimes, unstamped, lastDuration, stepBack } = gathered;
  const sorted = (all: readonly number[]): number[] =>
    all.map((time) => time - startTime).toSorted((a, b) => a - b);
  return {
    index,
    times: times.length > 0 ? sorted(times) : followEachOther(unstamped),
    keyTimes: sorted(keyTimes),
    lastDuration,
    ...(stepBack && {
      stepBack: { from: stepBack.from - startTime, to: stepBack.to - startTime },
    }),
  };
}

/** ffmpeg's `-dts_delta_threshold`, and the step back that it always closes, in seconds. */
export const leapSeconds = 10;
const stepBackSeconds = 0.1;
/** Less than this is a recorder's hiccup: pictures change places, and nothing is lost. */
const keptStepBackSeconds = 1;

export interface ScanOptions {
  /** The streams that will be decoded; the others are not looked at. */
  readonly streams: ReadonlySet<number>;
  /** ffmpeg closes leaps of the clock by itself in these containers; the scan then does the same. */
  readonly discontinuous: boolean;
}

/** Reads packets line by line, in the order of the file. */
export class PacketScan {
  readonly #options: ScanOptions;
  readonly #streams = new Map<number, Gathered>();
  #rest = "";
  #offset = 0;
  readonly #closings: number[] = [];
  #lastDecode: number | undefined;

  constructor(options: ScanOptions) {
    this.#options = options;
  }

  /** Takes a piece of ffprobe's output; lines may be cut anywhere. */
  add(chunk: string): void {
    const lines = (this.#rest + chunk).split("\n");
    this.#rest = lines.pop() ?? "";
    for (const line of lines) {
      const packet = parsePacket(line);
      if (packet && this.#options.streams.has(packet.index)) this.#take(packet);
    }
  }

  /** What was read so far, counted from this time of the file. */
  streams(startTime: number): StreamScan[] {
    this.add("\n");
    return [...this.#streams].map(([index, gathered]) => scanOf(index, gathered, startTime));
  }

  /** Where leaps of the clock were closed, counted from this time of the file. */
  closings(startTime: number): number[] {
    return this.#closings.map((time) => time - startTime).toSorted((a, b) => a - b);
  }

  #take(packet: Packet): void {
    const gathered = this.#of(packet.index);
    if (packet.time === undefined) {
      gathered.unstamped.push(packet.duration);
      return;
    }
    if (packet.decode !== undefined) this.#follow(gathered, packet.decode, packet.duration);
    const time = packet.time + this.#offset;
    gathered.times.push(time);
    if (packet.isKey) gathered.keyTimes.push(time);
    if (time < gathered.latest) return;
    gathered.latest = time;
    gathered.lastDuration = packet.duration;
  }

  #follow(gathered: Gathered, decode: number, duration: number): void {
    if (this.#options.discontinuous) this.#close(gathered, decode);
    const { decoded: from = decode } = gathered;
    const to = decode + this.#offset;
    if (to + keptStepBackSeconds < from) {
      gathered.stepBack ??= { from, to };
    }
    gathered.decoded = to;
    gathered.next = to + duration;
    this.#lastDecode = to;
  }

  /** As ts_discontinuity_detect of ffmpeg 7.1 does: one offset for all streams. */
  #close(gathered: Gathered, decode: number): void {
    const now = decode + this.#offset;
    const expected = gathered.next ?? this.#lastDecode;
    if (expected === undefined) return;
    const delta = now - expected;
    const back = gathered.decoded !== undefined && now + stepBackSeconds < gathered.decoded;
    if (Math.abs(delta) <= leapSeconds && !back) return;
    this.#offset -= delta;
    this.#closings.push(expected);
  }

  #of(index: number): Gathered {
    const known = this.#streams.get(index);
    if (known) return known;
    const fresh: Gathered = {
      times: [],
      keyTimes: [],
      unstamped: [],
      latest: Number.NEGATIVE_INFINITY,
      lastDuration: 0,
      decoded: undefined,
      next: undefined,
      stepBack: undefined,
    };
    this.#streams.set(index, fresh);
    return fresh;
  }
}
