import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { JobResult } from "@framewright/contracts/job.ts";
import { planEncode, type Plan } from "../media/plan.ts";
import { writeMasterPlaylist } from "../media/playlist.ts";
import { coverArgs } from "../media/poster.ts";
import { inputArgs } from "../media/input.ts";
import { probeSource } from "../media/probe.ts";
import { isFilm, sourceInfo, type Source } from "../media/source.ts";
import {
  masterPlaylist,
  masterUri,
  playlistUri,
  posterUri,
  trackPlaylist,
  trackSeconds,
} from "../media/tracks.ts";
import { shortfall } from "../media/shortfall.ts";
import { withSubtitles } from "../media/subtitles/entries.ts";
import { subtitlePlaylist } from "../media/subtitles/playlist.ts";
import type { SubtitleRendition } from "../media/subtitles/rendition.ts";
import { verifyOutput } from "../media/verify.ts";
import { requireSpace } from "../ops/scratch.ts";
import { timed, progressOf, type Attempt } from "./attempt.ts";
import { compareWithSource } from "./compare/compare.ts";
import type { CompareArgs } from "./compare/looks.ts";
import { downloadSource } from "./download.ts";
import { encode, type Encoded } from "./encode.ts";
import { JobFailure } from "../failure.ts";
import { putFile } from "./put-file.ts";
import { resultTracks } from "./result-tracks.ts";
import { checkSubtitles, besideSubtitles } from "./subtitles.ts";
import { Uploader } from "./uploader.ts";

function createUploader(attempt: Attempt): Uploader {
  const { api, keeper, lease, metrics } = attempt;
  return new Uploader({
    sign: (files) => api.uploads(lease, files),
    put: putFile,
    assertHeld: () => {
      keeper.assertHeld();
    },
    signal: keeper.signal,
    onBytes: (bytes) => {
      metrics.bytes.inc({ direction: "up" }, bytes);
    },
  });
}

async function download(attempt: Attempt, path: string): Promise<void> {
  const { lease, keeper, settings, metrics } = attempt;
  await requireSpace(attempt.dir, lease.source.sizeBytes);
  await downloadSource({
    ...lease.source,
    maxBytes: settings.maxSourceBytes,
    path,
    signal: keeper.signal,
  });
  metrics.bytes.inc({ direction: "down" }, lease.source.sizeBytes);
}

interface Made {
  readonly plan: Plan;
  readonly source: Source;
  readonly encoded: Encoded;
  readonly subtitles: readonly SubtitleRendition[];
}

/** Seconds of the result. */
function lengthOf({ encoded }: Pick<Made, "encoded">): number {
  return Math.max(...encoded.tracks.map(trackSeconds));
}

/** The texts that make the files a stream; the master playlist is stored after all others. */
interface Texts {
  readonly playlists: Map<string, string>;
  readonly master: string;
}

type Files = Pick<CompareArgs, "tools" | "signal" | "sourcePath" | "outputDir">;

function textsOf(made: Made): Texts {
  const { plan, encoded, subtitles } = made;
  const seconds = lengthOf(made);
  const playlists = new Map(
    [
      ...encoded.tracks.map((track) => [track.name, trackPlaylist(track)] as const),
      ...subtitles.map((one) => [one.name, subtitlePlaylist(one, seconds)] as const),
    ].map(([name, text]) => [`${name}/${playlistUri}`, text]),
  );
  const master = withSubtitles(masterPlaylist(plan, encoded.tracks), subtitles);
  return { playlists, master: writeMasterPlaylist(master) };
}

/** Throws unless everything is as planned and as in the source; returns what was checked. */
async function verify(made: Made, texts: Texts, files: Files): Promise<readonly string[]> {
  const { plan, source, encoded } = made;
  const { tracks, inspections, inits } = encoded;
  const short = shortfall({ plan, source, tracks });
  if (short) throw new JobFailure("source-damaged", { note: short });
  const { passed, problems: faults } = verifyOutput({
    plan,
    source,
    tracks,
    inspections,
    ...texts,
  });
  const compared = await compareWithSource({ ...files, source, plan, tracks, inits });
  const read = await checkSubtitles({
    renditions: made.subtitles,
    ...texts,
    outputDir: files.outputDir,
    durationSeconds: lengthOf(made),
  });
  const problems = [...faults, ...compared.problems, ...read.problems];
  const [first] = problems;
  if (first !== undefined) {
    const note = problems.length === 1 ? first : `${first} (and ${problems.length - 1} more)`;
    throw new JobFailure("verification-failed", { note, detail: problems.join("\n") });
  }
  return [...passed, ...compared.passed, ...read.passed];
}

/** Makes the poster of a file of sound alone out of its cover; a cover that cannot be read is left out. */
async function makeCover(attempt: Attempt, source: Source, files: Files): Promise<boolean> {
  if (source.cover === undefined) return false;
  const input = inputArgs(source.demuxer, files.sourcePath);
  const args = coverArgs(input, source.cover, join(files.outputDir, posterUri));
  try {
    await files.tools.run("ffmpeg", args, { signal: files.signal, timeoutMs: 30_000 });
    return true;
  } catch (error) {
    files.signal.throwIfAborted();
    attempt.log.warn({ err: error }, "the cover could not be read");
    return false;
  }
}

async function publish(outputDir: string, uploader: Uploader, texts: Texts): Promise<void> {
  const store = async (path: string, text: string): Promise<void> => {
    const localPath = join(outputDir, path);
    await writeFile(localPath, text);
    await uploader.add({ path, localPath });
  };
  await Promise.all([...texts.playlists].map(([path, text]) => store(path, text)));
  await uploader.drained();
  await store(masterUri, texts.master);
  await uploader.drained();
}

/** The whole way of an attempt, from the source's address to the result that is to be reported. */
export async function runAttempt(attempt: Attempt): Promise<JobResult> {
  const begun = performance.now();
  const { keeper, settings, lease } = attempt;
  const sourcePath = join(attempt.dir, "source");
  const outputDir = join(attempt.dir, "out");
  const uploader = createUploader(attempt);
  const downloaded = await timed(attempt, "downloading", () => download(attempt, sourcePath));
  const probed = await timed(attempt, "probing", () =>
    probeSource({ ...settings, path: sourcePath, signal: keeper.signal }),
  );
  const source = { ...probed.value, sizeBytes: lease.source.sizeBytes };
  attempt.observed.source = sourceInfo(source);
  const plan = planEncode({
    ...settings,
    source,
    profile: lease.profile,
    sourcePath,
    outputDir,
  });
  await mkdir(outputDir);
  const encoding = await timed(attempt, "encoding", () => {
    const args = { attempt, source, plan, sourcePath, outputDir, uploader };
    return besideSubtitles(args, () => encode(args));
  });
  const { work: encoded, subtitles } = encoding.value;
  const made: Made = { plan, source, encoded, subtitles: subtitles.renditions };
  if (made.encoded.speed !== undefined) attempt.metrics.speed.observe(made.encoded.speed);
  const texts = textsOf(made);
  const files = { tools: settings.tools, signal: keeper.signal, sourcePath, outputDir };
  const verified = await timed(attempt, "verifying", () => verify(made, texts, files));
  const covered = !isFilm(source) && (await makeCover(attempt, source, files));
  if (covered) await uploader.add({ path: posterUri, localPath: join(outputDir, posterUri) });
  const uploaded = await timed(attempt, "uploading", () => publish(outputDir, uploader, texts));
  keeper.report(progressOf("uploading", 1));
  return {
    master: masterUri,
    ...((covered || isFilm(source)) && { poster: posterUri }),
    durationSeconds: lengthOf(made),
    source: sourceInfo(source),
    ...resultTracks({ plan, source, tracks: encoded.tracks, subtitles }),
    checks: [...verified.value],
    timings: {
      downloadMs: downloaded.ms,
      probeMs: probed.ms,
      encodeMs: encoding.ms,
      uploadMs: uploaded.ms,
      verifyMs: verified.ms,
      totalMs: Math.round(performance.now() - begun),
    },
    accel: settings.encoder.accel,
  };
}
