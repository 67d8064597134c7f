/** Loudness over time: one value for each step, as a share of full scale; 0 where nothing sounds. */
export type Envelope = readonly number[];

/** Length of a step, in seconds. */
export const stepSeconds = 0.05;

export interface EnvelopeArgs {
  readonly map: string;
  readonly clock: "stamps" | "samples";
  /** Only this channel; all of them together where none is named. */
  readonly channel?: number | undefined;
}

/**
 * Prints time and loudness of each frame that the decoder gives out. Nothing in it keeps state over a
 * change of the source, and it shares no filter with the encode.
 */
export function envelopeArgs({ map, clock, channel }: EnvelopeArgs): string[] {
  const chain = [
    ...(channel === undefined ? [] : [`pan=mono|c0=c${channel}`]),
    // Frames of 20 ms at 8 kHz, so that a long frame of the codec does not blur the time.
    "aresample=8000,aformat=sample_fmts=flt:channel_layouts=mono,asetnsamples=n=160:p=0",
    ...(clock === "samples" ? ["asetpts=N/SR/TB"] : []),
    "astats=metadata=1:reset=1:measure_perchannel=none:measure_overall=RMS_level",
    "ametadata=mode=print:key=lavfi.astats.Overall.RMS_level:file=-",
  ];
  return ["-map", map, "-af", chain.join(","), "-f", "null", "-"];
}

export interface ReaderArgs {
  /** Brings a time of the file to the time of the result. */
  readonly place: (seconds: number) => number;
  /** What lies behind is not kept, whatever stamps say. */
  readonly maxSeconds: number;
}

/** Reads the output of `envelopeArgs` piece by piece: of hours of sound it is long. */
export class EnvelopeReader {
  readonly #args: ReaderArgs;
  readonly #levels: number[] = [];
  #rest = "";
  #step = -1;

  constructor(args: ReaderArgs) {
    this.#args = args;
  }

  add(chunk: string): void {
    const lines = (this.#rest + chunk).split("\n");
    this.#rest = lines.pop() ?? "";
    lines.forEach((line) => {
      this.#take(line);
    });
  }

  envelope(): Envelope {
    this.add("\n");
    return this.#levels;
  }

  #take(line: string): void {
    const time = /pts_time:(-?[\d.]+)/.exec(line)?.[1];
    if (time !== undefined) {
      this.#step = Math.floor(this.#args.place(Number(time)) / stepSeconds);
    }
    const level = /RMS_level=(-?[\d.]+|-inf)/.exec(line)?.[1];
    const step = this.#step;
    if (level === undefined || step < 0 || step * stepSeconds > this.#args.maxSeconds) return;
    while (this.#levels.length <= step) this.#levels.push(0);
    const share = level === "-inf" ? 0 : 10 ** (Number(level) / 20);
    this.#levels[step] = Math.max(this.#levels[step] ?? 0, share);
  }
}

/** A sound is looked at in pieces of this length: a fault after a while must not drown in the rest. */
const pieceSteps = 5 / stepSeconds;
/** Shifts that are tried, to each side. */
const maxShift = 3 / stepSeconds;
/** Two steps: codecs delay, and loudness is known by step. */
const allowedShift = 2;
/** Loudness that varies less than this over a piece has no landmarks. */
const minDeviation = 0.01;
/** Envelopes that agree less than this are not the same sound. */
const minAgreement = 0.7;
/** A shift must fit better by this much to count. */
const clearlyBetter = 0.1;

function meanOf(values: Envelope): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}

function deviationOf(values: Envelope): number {
  const mean = meanOf(values);
  return Math.sqrt(meanOf(values.map((value) => (value - mean) ** 2)));
}

/** Correlation of two pieces, 1 for the same course. */
function agreement(a: Envelope, b: Envelope): number {
  const length = Math.min(a.length, b.length);
  const [first, second] = [a.slice(0, length), b.slice(0, length)];
  const [meanA, meanB] = [meanOf(first), meanOf(second)];
  const product = meanOf(first.map((value, at) => (value - meanA) * ((second[at] ?? 0) - meanB)));
  const scale = deviationOf(first) * deviationOf(second);
  return scale === 0 ? 0 : product / scale;
}

function shifted(values: Envelope, from: number, length: number): number[] {
  return Array.from({ length }, (_, at) => values[from + at] ?? 0);
}

function pieceProblem(source: Envelope, result: Envelope, from: number): string | undefined {
  const piece = source.slice(from, from + pieceSteps);
  if (piece.length < 2 / stepSeconds || deviationOf(piece) < minDeviation) return undefined;
  const fitsUpTo = (most: number): { shift: number; fit: number }[] =>
    Array.from({ length: 2 * most + 1 }, (_, index) => {
      const shift = index - most;
      return { shift, fit: agreement(piece, shifted(result, from + shift, piece.length)) };
    });
  const here = Math.max(...fitsUpTo(allowedShift).map(({ fit }) => fit));
  // Nothing can be clearly better then; of hours of sound, all shifts of all pieces are many.
  if (here > 1 - clearlyBetter) return undefined;
  const fits = fitsUpTo(maxShift);
  const best = fits.reduce((one, other) => (other.fit > one.fit ? other : one));
  const at = `${(from * stepSeconds).toFixed(0)} s`;
  if (best.fit - here > clearlyBetter && best.fit > minAgreement) {
    const late = Math.round(best.shift * stepSeconds * 1000);
    return `from ${at} on the sound is ${Math.abs(late)} ms ${late > 0 ? "late" : "early"}`;
  }
  if (here < minAgreement) {
    return `from ${at} on the sound is not the source's: their loudness agrees by ${here.toFixed(2)} only`;
  }
  return undefined;
}

/** What is quieter than this, as a share of full scale, is not heard. */
const minLevel = 0.003;
/** 15 dB: mixing channels changes a level by less. */
const maxLevelRatio = 5.6;

function levelOf(envelope: Envelope, steps: number): number {
  const energy = envelope.slice(0, steps).reduce((sum, value) => sum + value ** 2, 0);
  return Math.sqrt(energy / steps);
}

/** How a sound goes says nothing of how loud it is. */
function levelProblem(source: Envelope, result: Envelope): string | undefined {
  const theirs = levelOf(source, source.length);
  const ours = levelOf(result, source.length);
  if (theirs < minLevel) return undefined;
  if (ours === 0) return "the sound is silent, its source is not";
  const decibels = Math.round(20 * Math.log10(ours / theirs));
  if (Math.max(ours / theirs, theirs / ours) < maxLevelRatio) return undefined;
  return `the sound is ${Math.abs(decibels)} dB ${decibels > 0 ? "louder" : "quieter"} than its source`;
}

/** Of sound whose loudness was changed on purpose, and not evenly: that there is some. */
export function silenceProblems(source: Envelope, result: Envelope): string[] {
  if (source.length === 0 || levelOf(source, source.length) < minLevel) return [];
  return levelOf(result, source.length) === 0 ? ["the sound is silent, its source is not"] : [];
}

/** Compares the loudness of source and result piece by piece, and as a whole. */
export function soundProblems(source: Envelope, result: Envelope): string[] {
  if (source.length === 0) return [];
  const pieces = Math.ceil(source.length / pieceSteps);
  const courses = Array.from({ length: pieces }, (_, piece) =>
    pieceProblem(source, result, piece * pieceSteps),
  );
  return [...courses, levelProblem(source, result)].flatMap((problem) => problem ?? []);
}
