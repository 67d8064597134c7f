import type { JobWarning } from "@framewright/contracts/job.ts";
import type { Loudness, LoudnessTarget, SoundLoudness } from "@framewright/contracts/loudness.ts";
import { segmentsInput } from "@framewright/media/input.ts";
import { levellingOf, measuringFilters, type Levelling } from "@framewright/media/loudness.ts";
import { planMeasure } from "@framewright/media/plan.ts";
import type { SoundRendition } from "@framewright/media/sound-renditions.ts";
import type { Source } from "@framewright/media/source.ts";
import { JobFailure } from "../failure.ts";
import type { MediaTools } from "../media/ffmpeg.ts";
import { LoudnessReader } from "../media/loudness-reader.ts";
import { readingMs } from "../media/open-source.ts";
import { segmentsOf, type CompareArgs } from "./compare/looks.ts";

interface Measured {
  readonly sound: SoundRendition;
  readonly input: Loudness;
  readonly level: Levelling | undefined;
}

/** The sounds of a profile that states how loud they should be. */
export interface Levels {
  readonly target: LoudnessTarget;
  readonly sounds: readonly Measured[];
}

interface MeasureArgs {
  readonly tools: MediaTools;
  readonly signal: AbortSignal;
  readonly source: Source;
  readonly sourcePath: string;
}

/** Decoding sound takes a thirtieth of its length on a whole core. */
function patienceMs({ durationSeconds, sizeBytes }: Source): number {
  return 60_000 + durationSeconds * 200 + readingMs(sizeBytes);
}

/** How loud a planned sound is before anything is done to it. */
export async function measureInput(args: MeasureArgs, sound: SoundRendition): Promise<Loudness> {
  const { tools, signal, source, sourcePath } = args;
  const reader = new LoudnessReader();
  await tools.run("ffmpeg", planMeasure({ source, sourcePath }, sound), {
    ...{ reads: [sound.source.file ?? sourcePath], signal, timeoutMs: patienceMs(source) },
    onOutput: (chunk) => {
      reader.add(chunk);
    },
  });
  return reader.loudness();
}

/** The first pass: how loud each sound is; nothing where the profile does not ask. */
export async function measureSounds(
  args: MeasureArgs,
  planned: readonly SoundRendition[],
  target: LoudnessTarget | undefined,
): Promise<Levels | undefined> {
  if (!target) return undefined;
  const sounds: Measured[] = [];
  for (const sound of planned) {
    const input = await measureInput(args, sound);
    sounds.push({ sound, input, level: levellingOf(input, target) });
  }
  return { target, sounds };
}

/** For the plan, by the names of the sounds. */
export function planLevels(levels: Levels | undefined): Map<string, Levelling | undefined> {
  return new Map(levels?.sounds.map(({ sound, level }) => [sound.name, level]));
}

/** One gain brings a sound to its loudness; nothing else may come out (EBU Tech 3341 asks meters for 0.1 LU). */
const allowedLu = 1;

function problemOf({ name, method, output }: SoundLoudness, target: LoudnessTarget) {
  const off = Math.abs(output.lufs - target.lufs);
  if (method === "none" || off <= allowedLu) return undefined;
  return `${name} has ${output.lufs} LUFS, wanted were ${target.lufs}`;
}

async function measureOutput(args: CompareArgs, name: string): Promise<Loudness> {
  const track = args.tracks.find((one) => one.name === name);
  const reader = new LoudnessReader();
  if (!track) return reader.loudness();
  const filters = measuringFilters.join(",");
  await args.tools.run(
    "ffmpeg",
    [
      ...["-nostdin", "-v", "error", ...segmentsInput],
      ...["-map", "0:a:0", "-af", filters, "-f", "null", "-"],
    ],
    {
      ...{ reads: [], signal: args.signal, timeoutMs: patienceMs(args.source) },
      stdin: segmentsOf(args, track),
      onOutput: (chunk) => {
        reader.add(chunk);
      },
    },
  );
  return reader.loudness();
}

export interface CheckedLoudness {
  readonly loudness: readonly SoundLoudness[];
  readonly warnings: readonly JobWarning[];
  /** As sentences. */
  readonly passed: readonly string[];
}

/**
 * Measures what was written. A gain that follows the sound may not reach the target in sound of a few moments, which is
 * said; a single gain that does not is a defect.
 */
export async function checkLoudness(
  args: CompareArgs,
  levels: Levels | undefined,
): Promise<CheckedLoudness> {
  if (!levels || levels.sounds.length === 0) return { loudness: [], warnings: [], passed: [] };
  const { target } = levels;
  const loudness: SoundLoudness[] = [];
  for (const { sound, input, level } of levels.sounds) {
    const output = await measureOutput(args, sound.name);
    loudness.push({ name: sound.name, method: level?.method ?? "none", input, output });
  }
  const found = loudness.flatMap((one) => {
    const problem = problemOf(one, target);
    return problem === undefined ? [] : [{ problem, isDefect: one.method === "linear" }];
  });
  const defect = found.find(({ isDefect }) => isDefect);
  if (defect) throw new JobFailure("verification-failed", { note: defect.problem });
  return {
    loudness,
    warnings: found.map(({ problem }) => ({ code: "loudness-missed", message: `${problem}.` })),
    passed: found.length === 0 ? ["every sound has its loudness, by measuring the result"] : [],
  };
}
