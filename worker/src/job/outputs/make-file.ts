import { stat } from "node:fs/promises";
import { join } from "node:path";
import type { OutputResults } from "@framewright/contracts/outputs.ts";
import { largestOutput } from "@framewright/contracts/worker-api.ts";
import type { FilePlan } from "@framewright/media/outputs/files.ts";
import { JobFailure } from "../../failure.ts";
import {
  decodeArgs,
  fileReportArgs,
  headBytes,
  indexComesFirst,
  trackProblems,
  type WantedTrack,
} from "../../media/outputs/file-check.ts";
import { bytesOf, trackSamples, trackSeconds, type Track } from "../../media/tracks.ts";
import {
  headOf,
  packageFiles,
  readBack,
  requireNone,
  store,
  trackOf,
  type OutputArgs,
} from "./output-files.ts";

function wantedTrack(track: Track): WantedTrack {
  const kind = track.init.kind === "picture" ? "video" : "audio";
  return { kind, samples: trackSamples(track), seconds: trackSeconds(track) };
}

/** One PUT carries a file; a film that is larger would fail only after it is made. */
function requireSize({ path }: FilePlan, tracks: readonly Track[]): void {
  const bytes = tracks.reduce((sum, track) => sum + bytesOf(track), 0);
  const most = largestOutput(path);
  if (bytes <= most) return;
  const note = `${path} would have ${bytes} bytes, and a file may have ${most}; ask for a smaller rendition.`;
  throw new JobFailure("output-too-large", { note });
}

/** A file for progressive playback, and what is known of its tracks. */
interface MadeFile {
  readonly path: string;
  readonly bytes: number;
  readonly durationSeconds: number;
  readonly codecs: string;
  readonly checks: readonly string[];
}

async function makeFile(args: OutputArgs, plan: FilePlan): Promise<MadeFile> {
  const { path, rendition, sound } = plan;
  const names = [rendition, sound].flatMap((one) => (one ? [one.name] : []));
  const tracks = names.map((name) => trackOf(args, name));
  requireSize(plan, tracks);
  await packageFiles(args, plan.argv);
  const file = join(args.files.outputDir, path);
  const report = await readBack(args, "ffprobe", fileReportArgs(file));
  const wanted = tracks.map(wantedTrack);
  const first = indexComesFirst(await headOf(file, headBytes));
  requireNone([
    ...trackProblems(path, report, wanted),
    ...(first ? [] : [`the index of ${path} does not come first`]),
    ...((await stat(file)).size <= largestOutput(path) ? [] : [`${path} is too large`]),
  ]);
  const kinds = wanted.map(({ kind }) => kind);
  await readBack(args, "ffmpeg", decodeArgs(file, kinds));
  return {
    path,
    bytes: await store(args, [path]),
    durationSeconds: Math.max(...tracks.map(trackSeconds)),
    codecs: tracks.map(({ init }) => init.codecs).join(","),
    checks: [
      `${path} decodes, has every sample of ${names.join(" and ")}, and its index comes first`,
    ],
  };
}

interface Made<Result> {
  readonly result: Result;
  readonly checks: readonly string[];
}

export async function makeMp4(
  args: OutputArgs,
  plan: FilePlan,
): Promise<Made<NonNullable<OutputResults["mp4"]>>> {
  const { checks, ...file } = await makeFile(args, plan);
  const { name: rendition, width, height } = plan.rendition ?? { name: "", width: 0, height: 0 };
  return { result: { ...file, rendition, width, height }, checks };
}

export async function makeAudio(
  args: OutputArgs,
  plan: FilePlan,
): Promise<Made<NonNullable<OutputResults["audio"]>>> {
  const { checks, ...file } = await makeFile(args, plan);
  const { channels = 0, label } = plan.sound ?? {};
  const { language } = label ?? {};
  return { result: { ...file, channels, ...(language !== undefined && { language }) }, checks };
}
