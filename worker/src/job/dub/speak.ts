import { randomUUID } from "node:crypto";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { bounds, nextStep, slotOf, type Take } from "@framewright/media/dub/fit.ts";
import type { Utterance } from "@framewright/media/dub/utterances.ts";
import { wavInput } from "@framewright/media/made-sound.ts";
import type { MediaTools } from "../../media/ffmpeg.ts";
import { JobFailure } from "../../failure.ts";
import type { ModelServices } from "./model-services.ts";
import { trimmed } from "./wav.ts";
import type { VoiceTrack } from "./voice-track.ts";

/** Of the voice alone, in one channel. */
export const voiceRate = 24_000;

export interface SpeakArgs {
  readonly services: Pick<ModelServices, "speak">;
  readonly tools: Pick<MediaTools, "run">;
  readonly folder: string;
  readonly voice: string;
  readonly signal: AbortSignal;
}

/** A take with its samples. */
interface Spoken extends Take {
  readonly samples: Buffer;
}

export interface PlacedLine extends Take {
  readonly line: Utterance;
  readonly translation: string;
  readonly start: number;
  readonly naturalSeconds: number;
  readonly over: number;
}

/** Makes what a service sent into samples of ours, by a process that opens nothing else. */
async function samplesOf(
  { tools, folder, signal }: SpeakArgs,
  wav: Buffer,
  filters: readonly string[],
): Promise<Buffer> {
  // Lines are spoken side by side.
  const id = randomUUID();
  const [from, to] = [join(folder, `${id}.wav`), join(folder, `${id}.pcm`)];
  await writeFile(from, wav);
  const chain = [...filters, `aresample=${voiceRate}`, "aformat=channel_layouts=mono"].join(",");
  const args = ["-nostdin", "-y", "-v", "error", ...wavInput(from), "-map", "0:a:0", "-af", chain];
  try {
    await tools.run("ffmpeg", [...args, "-c:a", "pcm_s16le", "-f", "s16le", `file:${to}`], {
      ...{ reads: [from], writes: [folder], signal, timeoutMs: 60_000 },
    });
    return trimmed(await readFile(to), voiceRate);
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof JobFailure) || error.kind === "transient") throw error;
    const note = "The speech service sent something that is not a WAV.";
    throw new JobFailure("model-unavailable", { note, cause: error });
  } finally {
    await Promise.all([from, to].map((path) => rm(path, { force: true })));
  }
}

interface Recording {
  readonly wav: Buffer;
  readonly take: Spoken;
}

async function record(args: SpeakArgs, text: string, speed: number): Promise<Recording> {
  const { services, voice, signal } = args;
  const wav = await services.speak({ text, voice, speed }, signal);
  const samples = await samplesOf(args, wav, []);
  const seconds = samples.length / 2 / voiceRate;
  return { wav, take: { speed, tempo: 1, seconds, samples } };
}

async function stretched(
  args: SpeakArgs,
  { wav, take }: Recording,
  tempo: number,
): Promise<Recording> {
  const filter = `rubberband=tempo=${tempo}:formant=preserved`;
  const samples = await samplesOf(args, wav, [filter]);
  return { wav, take: { ...take, tempo, seconds: samples.length / 2 / voiceRate, samples } };
}

/** A line's recordings by the speed of the voice, so that none is asked for twice. */
type Recordings = Map<number, Promise<Recording>>;

function recorded(
  args: SpeakArgs,
  text: string,
  { speed, recordings }: { readonly speed: number; readonly recordings: Recordings },
): Promise<Recording> {
  const known = recordings.get(speed) ?? record(args, text, speed);
  recordings.set(speed, known);
  return known;
}

const nothing: Promise<Recordings> = Promise.resolve(new Map());

type Slot = ReturnType<typeof slotOf>;

/** Speaks a line as it will most likely be needed, before it is known where the one before it ends. */
async function speakAhead(args: SpeakArgs, text: string, slot: Slot): Promise<Recordings> {
  const recordings: Recordings = new Map();
  const takes: Spoken[] = [];
  for (;;) {
    const step = nextStep(slot, takes);
    if (step.do !== "speak") return recordings;
    takes.push((await recorded(args, text, { speed: step.speed, recordings })).take);
  }
}

/** Speaks one line until it fits, or cannot. */
async function speakLine(
  args: SpeakArgs,
  text: string,
  { slot, recordings }: { readonly slot: Slot; readonly recordings: Recordings },
): Promise<{ readonly takes: readonly Spoken[]; readonly over: number }> {
  const done: Recording[] = [];
  for (;;) {
    const takes = done.map(({ take }) => take);
    const step = nextStep(slot, takes);
    const last = done.at(-1);
    if (step.do === "speak") {
      done.push(await recorded(args, text, { speed: step.speed, recordings }));
    } else if (step.do === "stretch" && last) done.push(await stretched(args, last, step.tempo));
    else return { takes, over: step.do === "place" ? Math.max(0, step.over) : 0 };
  }
}

export interface ScriptLine {
  readonly line: Utterance;
  readonly translation: string;
}

interface SpeakLinesArgs extends SpeakArgs {
  readonly script: readonly ScriptLine[];
  readonly track: VoiceTrack;
  /** Lines that are spoken at once. */
  readonly atOnce: number;
  readonly onProgress: (share: number) => void;
}

/** Where a line goes if the one before it ends in its time. */
function slotAt({ script, track }: SpeakLinesArgs, index: number, free: number): Slot | undefined {
  const line = script[index]?.line;
  const next = script[index + 1]?.line;
  return line && slotOf(line, next, { programmeEnd: track.seconds, free });
}

/** Places all lines, each where the one before it has ended; `ahead` is spoken meanwhile. */
async function placeLines(
  args: SpeakLinesArgs,
  ahead: (index: number) => Promise<Recordings> | undefined,
): Promise<PlacedLine[]> {
  const { script, track, onProgress } = args;
  const placed: PlacedLine[] = [];
  let free = 0;
  for (const [index, { line, translation }] of script.entries()) {
    const slot = slotAt(args, index, free);
    const recordings = await ahead(index);
    if (!slot || !recordings) continue;
    const { takes, over } = await speakLine(args, translation, { slot, recordings });
    const first = takes[0];
    const last = takes.at(-1);
    onProgress((index + 1) / script.length);
    if (!first || !last || last.samples.length === 0) continue;
    await track.write(slot.start, last.samples);
    const { speed, tempo, seconds } = last;
    placed.push({
      ...{ line, translation, speed, tempo, seconds, over },
      ...{ start: slot.start, naturalSeconds: first.seconds },
    });
    free = slot.start + seconds + bounds.gap;
  }
  return placed;
}

/**
 * Speaks all lines, so many at once, and writes them onto one track. Where a line begins depends on how long the one before it is;
 * mostly that ends in its time, and what was spoken ahead is what is needed.
 */
export async function speakLines(given: SpeakLinesArgs): Promise<PlacedLine[]> {
  const stop = new AbortController();
  const args = { ...given, signal: AbortSignal.any([given.signal, stop.signal]) };
  const { script, atOnce } = args;
  const begun: Promise<Recordings>[] = [];
  const begin = (): void => {
    const index = begun.length;
    const slot = slotAt(args, index, 0);
    if (!slot) return;
    const work = speakAhead(args, script[index]?.translation ?? "", slot);
    work.catch(() => undefined); // told where the line is placed
    begun.push(work);
  };
  const ahead = (index: number): Promise<Recordings> | undefined => {
    // What is placed is let go: a talk of hours has more samples than a worker has memory.
    if (index > 0) begun[index - 1] = nothing;
    while (begun.length < Math.min(script.length, index + atOnce)) begin();
    return begun[index];
  };
  try {
    return await placeLines(args, ahead);
  } finally {
    // After a failure nothing may go on in a folder that is about to be removed.
    stop.abort();
    await Promise.allSettled(begun);
  }
}
