import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { JobResult, SourceInfo } from "@framewright/contracts/job.ts";
import { defaultOutputs, hasSegments, type Outputs } from "@framewright/contracts/outputs.ts";
import { tierOf } from "@framewright/contracts/profile.ts";
import { checkWork } from "../media/budget.ts";
import { planEncode, type PlanArgs } from "@framewright/media/plan.ts";
import { coverArgs } from "../media/poster.ts";
import { inputArgs } from "@framewright/media/input.ts";
import { probeSource } from "../media/probe.ts";
import { isFilm, sourceInfo, type Source } from "@framewright/media/source.ts";
import { observeStore } from "../ops/store-figures.ts";
import { masterUri, posterUri } from "../media/tracks.ts";
import { allowedSeconds, estimateWork } from "@framewright/media/work.ts";
import { timed, progressOf, type Attempt } from "./attempt.ts";
import { encodeByLadder, type PlanFor } from "./encode-by-ladder.ts";
import { makeOutputs, type MadeOutputs } from "./outputs/make-outputs.ts";
import type { OutputArgs } from "./outputs/output-files.ts";
import { requireTracks, segmentUploader, usedSource } from "./outputs/segments.ts";
import { profileOf } from "./profiles.ts";
import { obtainSource } from "./obtain-source.ts";
import { lookAtSource } from "./compare/source-looks.ts";
import { editSource } from "./edit-source.ts";
import { makeLipSync, type DubSounds } from "./dub/lip-sync.ts";
import { makeDub } from "./dub/make-dub.ts";
import { checkLoudness, measureSounds, planLevels, type Levels } from "./loudness.ts";
import { prepareSubtitles } from "./burnt-subtitles.ts";
import { prepareOverlay } from "./overlay.ts";
import { putFile } from "./put-file.ts";
import { resultTracks } from "./result-tracks.ts";
import { observeEncode } from "./encode-figures.ts";
import { besideSubtitles } from "./subtitles.ts";
import { Uploader } from "./uploader.ts";
import { lengthOf, textsOf, verify, type Files, type Made, type Texts } from "./verify-result.ts";

function createUploader(attempt: Attempt): Uploader {
  const { api, keeper, lease, metrics, usage } = attempt;
  return new Uploader({
    sign: (files) => api.uploads(lease, files),
    put: (upload, file, signal) =>
      observeStore(metrics, "put", () => putFile(upload, file, signal)),
    assertHeld: () => {
      keeper.assertHeld();
    },
    signal: keeper.signal,
    onBytes: (bytes) => {
      metrics.bytes.inc({ direction: "up" }, bytes);
      usage.addOut(bytes);
    },
  });
}

/** Makes the poster of a file of sound alone out of its cover; a cover that cannot be read is left out. */
async function makeCover(attempt: Attempt, source: Source, files: Files): Promise<boolean> {
  if (source.cover === undefined) return false;
  const input = inputArgs(source.demuxer, files.sourcePath);
  const args = coverArgs(input, source.cover, join(files.outputDir, posterUri));
  try {
    await files.tools.run("ffmpeg", args, {
      reads: [files.sourcePath],
      writes: [files.outputDir],
      signal: files.signal,
      timeoutMs: 30_000,
    });
    return true;
  } catch (error) {
    files.signal.throwIfAborted();
    attempt.log.warn({ err: error }, "the cover could not be read");
    return false;
  }
}

/** Stores the playlists where there are any, the multivariant one after everything else. */
async function publish(
  { outputDir }: Pick<Files, "outputDir">,
  uploader: Uploader,
  texts: Texts | undefined,
): Promise<void> {
  const store = async (path: string, text: string): Promise<void> => {
    const localPath = join(outputDir, path);
    await writeFile(localPath, text);
    await uploader.add({ path, localPath });
  };
  await Promise.all([...(texts?.playlists ?? [])].map(([path, text]) => store(path, text)));
  await uploader.drained();
  if (texts) await store(masterUri, texts.master);
  await uploader.drained();
}

/** Plans the encode by one encoder, and refuses one that is more work than the job may cost. */
function planner(settings: Attempt["settings"], args: Omit<PlanArgs, "encoder">): PlanFor {
  const { source, profile } = args;
  const { sizeBytes } = source;
  return (encoder) => {
    const plan = planEncode({ ...args, encoder });
    const { threads } = settings;
    const budget = {
      work: estimateWork({ plan, source, accel: encoder.accel, threads }),
      allowedSeconds: allowedSeconds(settings.work, tierOf(profile.video.ladder), sizeBytes),
      sizeBytes,
    };
    checkWork(budget);
    return { plan, budget };
  };
}

interface VerifyArgs extends Files {
  readonly levels: Levels | undefined;
}

interface LookedAt {
  /** What is made into a result: the file, or a part of it. */
  readonly source: Source;
  /** What was found in the file. */
  readonly found: SourceInfo;
  readonly levels: Levels | undefined;
  readonly planning: PlanArgs;
}

interface LookArgs extends Pick<PlanArgs, "profile" | "sourcePath" | "outputDir"> {
  readonly sizeBytes: number;
}

/** Finds out what is in the file, and plans what is made of it; its sound is measured where the profile asks for that. */
async function probe(attempt: Attempt, { sizeBytes, ...given }: LookArgs): Promise<LookedAt> {
  const { keeper, settings, lease, observed } = attempt;
  const { profile, sourcePath } = given;
  const { outputs = defaultOutputs } = profile.packaging;
  const { signal } = keeper;
  const whole = { ...(await probeSource({ ...settings, path: sourcePath, signal })), sizeBytes };
  const found = sourceInfo(whole);
  observed.source = found;
  const { source: drawn, text } = await prepareSubtitles(attempt, editSource(whole, lease.edit));
  const source = usedSource(drawn, outputs);
  const overlay = await prepareOverlay(attempt, source);
  const planning = { ...settings, ...given, source, overlay, text };
  const plan = planEncode(planning);
  requireTracks(plan, outputs);
  const measuring = { ...settings, signal, source, sourcePath };
  const levels = await measureSounds(measuring, plan.sounds, profile.audio.loudness);
  if (!levels) return { source, found, levels, planning };
  return { source, found, levels, planning: { ...planning, levels: planLevels(levels) } };
}

/** The same with the dub, if the job asks for one. */
async function dubbed(attempt: Attempt, looked: LookedAt) {
  const { dub } = attempt.lease.edit ?? {};
  if (!dub) return { looked, captions: [], passed: [], sounds: undefined, result: {}, timings: {} };
  const { value, ms } = await timed(attempt, "dubbing", () => makeDub(attempt, dub, looked));
  const { captions, report, passed, sounds, ...more } = value;
  const made = { captions, passed, sounds, result: { dub: report }, timings: { dubMs: ms } };
  return { looked: { ...looked, ...more }, ...made };
}

/** What is made of the segments: what the outputs say, and lips that move with a dub where the job asks for them. */
async function packageAll(
  args: OutputArgs,
  outputs: Outputs,
  sounds: DubSounds | undefined,
): Promise<MadeOutputs> {
  const own = await makeOutputs(args, outputs);
  if (!sounds || args.attempt.lease.edit?.dub?.lipSync !== true) return own;
  const { value: lips, ms } = await timed(args.attempt, "packaging", () =>
    makeLipSync(args, sounds),
  );
  return {
    results: own.results || lips.results ? { ...own.results, ...lips.results } : undefined,
    warnings: [...own.warnings, ...lips.warnings],
    checks: [...own.checks, ...lips.checks],
    ms: (own.ms ?? 0) + ms,
  };
}

type Stages = Record<
  "downloaded" | "probed" | "encoding" | "verified" | "uploaded",
  { readonly ms: number }
>;

/** How long each stage took; a stage that the job did not ask for has no time. */
function stageTimes(stages: Stages, others: { dubMs?: number; packageMs: number | undefined }) {
  const { downloaded, probed, encoding, verified, uploaded } = stages;
  const { packageMs, ...more } = others;
  return {
    ...{ downloadMs: downloaded.ms, probeMs: probed.ms, encodeMs: encoding.ms },
    ...{ uploadMs: uploaded.ms, verifyMs: verified.ms },
    ...more,
    ...(packageMs !== undefined && { packageMs }),
  };
}

function isEarly({ hls }: Outputs): boolean {
  return hls?.early === true;
}

/** Everything that is checked of a result, and how loud it is. */
async function verifyAll(made: Made, texts: Texts, { levels, ...files }: VerifyArgs) {
  const passed = await verify(made, texts, files);
  const loudness = await checkLoudness({ ...files, ...made, ...made.encoded }, levels);
  return { ...loudness, passed: [...passed, ...loudness.passed] };
}

/** The whole way of an attempt, from the source's address to the result that is to be reported. */
export async function runAttempt(attempt: Attempt): Promise<JobResult> {
  const begun = performance.now();
  const { keeper, settings, lease } = attempt;
  const profile = profileOf(lease, settings.profiles);
  const { outputs = defaultOutputs } = profile.packaging;
  const sourcePath = join(attempt.dir, "source");
  const outputDir = join(attempt.dir, "out");
  const uploader = createUploader(attempt);
  const downloaded = await timed(attempt, "downloading", () => obtainSource(attempt, sourcePath));
  const probed = await timed(attempt, "probing", () =>
    probe(attempt, { profile, sourcePath, outputDir, sizeBytes: downloaded.value }),
  );
  const dub = await dubbed(attempt, probed.value);
  const { source, found, levels, planning } = dub.looked;
  const planFor = planner(settings, planning);
  const first = planFor(settings.encoder);
  const shared = { tools: settings.tools, signal: keeper.signal, sourcePath };
  const looks = lookAtSource({ ...shared, source, plan: first.plan });
  await mkdir(outputDir);
  const encoding = await timed(attempt, "encoding", () => {
    const { captions } = dub;
    const places = { sourcePath, outputDir, uploader: segmentUploader(uploader, outputs) };
    const args = { attempt, source, ...first, ...places, isEarly: isEarly(outputs), captions };
    return looks.beside(() => besideSubtitles(args, () => encodeByLadder(args, planFor)));
  });
  const { subtitles } = encoding.value;
  const { encoded, plan, accel, warnings } = encoding.value.work;
  const made: Made = { plan, source, encoded, subtitles: subtitles.renditions };
  observeEncode(attempt.metrics, { plan, encoded, accel });
  const texts = textsOf(made);
  const files = { ...shared, outputDir, looks };
  const verified = await timed(attempt, "verifying", () =>
    verifyAll(made, texts, { ...files, levels }),
  );
  const covered = !isFilm(source) && (await makeCover(attempt, source, files));
  const packaged = await packageAll({ attempt, made, texts, files, uploader }, outputs, dub.sounds);
  if (covered) await uploader.add({ path: posterUri, localPath: join(outputDir, posterUri) });
  const kept = hasSegments(outputs) ? texts : undefined;
  const uploaded = await timed(attempt, "uploading", () => publish(files, uploader, kept));
  keeper.report(progressOf("uploading", 1));
  const stages = { downloaded, probed, encoding, verified, uploaded };
  return {
    ...(kept && { master: masterUri }),
    ...((covered || plan.renditions.length > 0) && { poster: posterUri }),
    durationSeconds: lengthOf(made),
    source: found,
    ...dub.result,
    ...resultTracks({
      ...{ plan, source, subtitles, packaged, further: warnings },
      tracks: kept ? encoded.tracks : [],
      loudness: verified.value,
    }),
    checks: [...verified.value.passed, ...dub.passed, ...packaged.checks],
    timings: {
      ...stageTimes(stages, { ...dub.timings, packageMs: packaged.ms }),
      totalMs: Math.round(performance.now() - begun),
    },
    accel,
  };
}
