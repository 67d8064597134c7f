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
  const [from, to] = [join(folder, "spoken.wav"), join(folder, "spoken.pcm")];
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

/** Speaks one line until it fits, or cannot. */
async function speakLine(
  args: SpeakArgs,
  text: string,
  slot: ReturnType<typeof slotOf>,
): Promise<{ readonly takes: readonly Spoken[]; readonly over: number }> {
  const recordings: Recording[] = [];
  for (;;) {
    const takes = recordings.map(({ take }) => take);
    const step = nextStep(slot, takes);
    const last = recordings.at(-1);
    if (step.do === "speak") recordings.push(await record(args, text, step.speed));
    else if (step.do === "stretch" && last)
      recordings.push(await stretched(args, last, step.tempo));
    else return { takes, over: step.do === "place" ? Math.max(0, step.over) : 0 };
  }
}

export interface ScriptLine {
  readonly line: Utterance;
  readonly translation: string;
}

/** Speaks all lines, each where the one before it has ended, and writes them onto one track. */
export async function speakLines(
  args: SpeakArgs & {
    readonly script: readonly ScriptLine[];
    readonly track: VoiceTrack;
    readonly onProgress: (share: number) => void;
  },
): Promise<PlacedLine[]> {
  const { script, track, onProgress } = args;
  const placed: PlacedLine[] = [];
  let free = 0;
  for (const [index, { line, translation }] of script.entries()) {
    const next = script[index + 1]?.line;
    const slot = slotOf(line, next, { programmeEnd: track.seconds, free });
    const { takes, over } = await speakLine(args, translation, slot);
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
