import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { DubLine, DubResult, LeasedDub } from "@framewright/contracts/dub.ts";
import type { JobWarning } from "@framewright/contracts/job.ts";
import type { Loudness, LoudnessTarget } from "@framewright/contracts/loudness.ts";
import { mixArgs } from "@framewright/media/dub/mix.ts";
import { languageName, languageTag } from "@framewright/media/language.ts";
import { levellingOf } from "@framewright/media/loudness.ts";
import { madeSound } from "@framewright/media/made-sound.ts";
import { planEncode, planWrite, type PlanArgs } from "@framewright/media/plan.ts";
import type { SoundRendition } from "@framewright/media/sound-renditions.ts";
import type { Source } from "@framewright/media/source.ts";
import { JobFailure } from "../../failure.ts";
import type { Attempt } from "../attempt.ts";
import { progressOf } from "../attempt.ts";
import { measureInput, type Levels } from "../loudness.ts";
import type { MadeSubtitles } from "../subtitles.ts";
import { captionsOf } from "./captions.ts";
import { figuresOf, judge } from "./check-dub.ts";
import { keptModels } from "./kept-models.ts";
import type { DubSounds } from "./lip-sync.ts";
import { listen } from "./listen.ts";
import { scriptOf, shares, voiceFor, type Speech, type Work } from "./script.ts";
import { speakLines, voiceRate, type PlacedLine, type ScriptLine } from "./speak.ts";
import { createStepStore } from "./step-store.ts";
import { createVoiceTrack } from "./voice-track.ts";
import { readWavHeader, secondsOf } from "./wav.ts";

/** What is planned so far, and what a dub adds to it. */
export interface Dubbable {
  readonly source: Source;
  readonly planning: PlanArgs;
  readonly levels: Levels | undefined;
}

export interface Dubbed extends Dubbable {
  readonly captions: readonly MadeSubtitles[];
  readonly report: DubResult;
  readonly passed: readonly string[];
  readonly sounds: DubSounds;
}

function mainSound({ planning }: Dubbable): SoundRendition {
  const main = planEncode(planning).sounds.find(({ isDefault }) => isDefault);
  if (!main) throw new JobFailure("nothing-said", { note: "The source has no sound." });
  return main;
}

async function writeSounds(work: Work, { planning }: Dubbable, main: SoundRendition) {
  const { attempt, folder, signal } = work;
  const written = { whole: join(folder, "bed.wav"), speech: join(folder, "speech.wav") };
  await attempt.settings.tools.run("ffmpeg", planWrite(planning, main, written), {
    ...{ reads: [planning.sourcePath], writes: [folder], signal },
    timeoutMs: 60_000 + planning.source.durationSeconds * 500,
  });
  return written;
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}

function lineOf({ line, translation, start, ...take }: PlacedLine): DubLine {
  return {
    ...{ start: rounded(line.start), end: rounded(line.end) },
    ...{ text: line.text.slice(0, 2000), translation: translation.slice(0, 2000) },
    ...{ dubStart: rounded(start), dubEnd: rounded(start + take.seconds) },
    naturalSeconds: rounded(take.naturalSeconds),
    ...{ speed: take.speed, stretch: take.tempo, overSeconds: rounded(take.over) },
  };
}

/** As loud as the profile says, or else as the source. */
function targetOf({ planning }: Dubbable, bed: Loudness): LoudnessTarget {
  return planning.profile.audio.loudness ?? { lufs: bed.lufs, maxTruePeakDbtp: -1 };
}

/** The same whose own sound has the language that was heard in it, where the source states none: players list it by that. */
function spokenIn(given: Dubbable, language: string): Dubbable {
  const { audio } = given.source;
  if (!audio || audio.label.language !== undefined) return given;
  const label = { ...audio.label, language: languageTag(language) };
  const source = { ...given.source, audio: { ...audio, label } };
  return { ...given, source, planning: { ...given.planning, source } };
}

/** Puts the mix beside the source's own sounds, with its loudness. */
async function withSound(
  { attempt, signal, dub }: Work,
  given: Dubbable,
  {
    path,
    seconds,
    bed,
  }: { readonly path: string; readonly seconds: number; readonly bed: Loudness },
): Promise<Dubbable> {
  const title = `${languageName(dub.language)} (dubbed)`;
  const sound = madeSound({ path, seconds, label: { language: dub.language, title } });
  const { alternates, choices } = given.source;
  const choice = {
    subject: "audio" as const,
    choice: `${title} beside the source's own sound`,
    reason: "The job asks for it.",
  };
  const source = {
    ...given.source,
    alternates: [...alternates, sound],
    choices: [...choices, choice],
  };
  const planning = { ...given.planning, source };
  const planned = planEncode(planning).sounds.find(({ source: { file } }) => file === path);
  if (!planned) return { source, planning, levels: given.levels };
  const { tools } = attempt.settings;
  const input = await measureInput({ ...planning, tools, signal }, planned);
  const target = targetOf(given, bed);
  const level = levellingOf(input, target);
  const sounds = [...(given.levels?.sounds ?? []), { sound: planned, input, level }];
  return {
    source,
    planning: { ...planning, levels: new Map([...(planning.levels ?? []), [planned.name, level]]) },
    levels: { target, sounds },
  };
}

/** The sound of a file of ours, for measuring it. */
function aloneIn(path: string, seconds: number, like: SoundRendition): SoundRendition {
  const source = madeSound({ path, seconds, label: { language: undefined, title: undefined } });
  return { ...like, source, layout: "stereo", end: seconds };
}

/** Of a frame of samples, and a little more. */
const toleranceSeconds = 0.05;

/** A mix that lacks a part of the film must not be published, however it came about. */
async function requireLength(path: string, seconds: number): Promise<void> {
  const made = secondsOf(await readWavHeader(path));
  if (Math.abs(made - seconds) <= toleranceSeconds) return;
  const note = `The mix of the dub has ${made.toFixed(2)} s of ${seconds.toFixed(2)} s.`;
  throw new JobFailure("verification-failed", { note });
}

async function mix(
  { attempt, folder, signal }: Work,
  given: Dubbable,
  paths: { readonly bed: string; readonly voice: string; readonly main: SoundRendition },
) {
  const { tools } = attempt.settings;
  const { main } = paths;
  const measuring = { ...given.planning, tools, signal };
  const loudness = {
    bed: await measureInput(measuring, aloneIn(paths.bed, main.end, main)),
    voice: await measureInput(measuring, aloneIn(paths.voice, main.end, main)),
  };
  const path = join(folder, "dub.wav");
  await tools.run("ffmpeg", mixArgs({ ...paths, to: path, seconds: main.end, loudness }), {
    ...{ reads: [paths.bed, paths.voice], writes: [folder], signal },
    timeoutMs: 60_000 + main.end * 500,
  });
  await requireLength(path, main.end);
  return { path, seconds: main.end, bed: loudness.bed };
}

async function checked(work: Work, voice: string, placed: readonly PlacedLine[]) {
  const { services, dub, signal, onProgress } = work;
  const heard = await listen({
    ...{ services, path: voice, language: dub.language, signal },
    onProgress: (share) => {
      onProgress(shares.spoken + (1 - shares.spoken) * share);
    },
  });
  const figures = figuresOf(placed, heard.lines);
  return { figures, ...judge(placed, figures) };
}

async function speak(work: Work, script: readonly ScriptLine[], seconds: number) {
  const { attempt, services, folder, signal, onProgress } = work;
  if (script.length === 0) throw new JobFailure("nothing-said");
  const voice = await voiceFor(work);
  const track = await createVoiceTrack(join(folder, "voice.wav"), { rate: voiceRate, seconds });
  const placed = await speakLines({
    ...{ services, tools: attempt.settings.tools, folder, voice, signal, script, track },
    atOnce: attempt.settings.linesAtOnce,
    onProgress: (share) => {
      onProgress(shares.translated + (shares.spoken - shares.translated) * share);
    },
  });
  if (placed.length === 0) {
    const note = `The voice ${voice} said nothing.`;
    throw new JobFailure("model-unavailable", { note });
  }
  return { voice, path: track.path, placed };
}

function withWarnings(source: Source, warnings: readonly JobWarning[]): Source {
  return { ...source, warnings: [...source.warnings, ...warnings] };
}

/** What is said in the source, or what the job has been given as that. */
async function heardIn(work: Work, speech: string): Promise<Speech> {
  const { services, dub, signal, onProgress } = work;
  const { from, script } = dub;
  if (script !== undefined && from !== undefined) return { language: from, lines: script };
  return listen({
    ...{ services, path: speech, language: from, signal },
    onProgress: (share) => {
      onProgress(shares.heard * share);
    },
  });
}

/** Hears, translates and speaks what is said in the source, and adds that as a sound of its own. */
export async function makeDub(attempt: Attempt, dub: LeasedDub, given: Dubbable): Promise<Dubbed> {
  const { models } = attempt.settings;
  if (!models) throw new JobFailure("model-unavailable", { note: "The worker has none." });
  const services = keptModels(models, createStepStore(attempt));
  const folder = join(attempt.dir, "dub");
  await mkdir(folder);
  const onProgress = (share: number): void => {
    attempt.keeper.report(progressOf("dubbing", share));
  };
  const work: Work = {
    ...{ attempt, services, dub, folder, onProgress },
    signal: attempt.keeper.signal,
  };
  const main = mainSound(given);
  const { whole: bed, speech } = await writeSounds(work, given, main);
  const heard = await heardIn(work, speech);
  const script = await scriptOf(work, heard);
  const { voice, path, placed } = await speak(work, script.lines, main.end);
  const { figures, warnings, passed } = await checked(work, path, placed);
  attempt.log.info({ steps: services.counts }, "dub made");
  const mixed = await mix(work, given, { bed, voice: path, main });
  const added = await withSound(work, spokenIn(given, heard.language), mixed);
  const source = withWarnings(added.source, [...script.warnings, ...warnings]);
  const { language } = dub;
  const captions =
    dub.captions === false
      ? []
      : captionsOf(placed, { from: heard.language, to: language, seconds: main.end });
  const report = { language, from: heard.language, voice, ...figures, lines: placed.map(lineOf) };
  const sounds = { language, voice: path, mix: mixed.path };
  const planning = { ...added.planning, source };
  return { ...added, source, planning, captions, report, passed, sounds };
}
