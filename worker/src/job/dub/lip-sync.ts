import { mkdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { Type } from "typebox";
import { Value } from "typebox/value";
import { LipSyncRefusal, lipSyncPiece } from "@framewright/contracts/lip-sync.ts";
import { largestOutput } from "@framewright/contracts/worker-api.ts";
import {
  joinArgs,
  lipSyncFile,
  lipSyncRendition,
  pieceArgs,
  pieceList,
  piecesOf,
  type Piece,
} from "@framewright/media/dub/lip-sync.ts";
import { inputArgs } from "@framewright/media/input.ts";
import type { Rendition } from "@framewright/media/ladder.ts";
import { writeMediaPlaylist } from "@framewright/media/playlist.ts";
import type { SoundRendition } from "@framewright/media/sound-renditions.ts";
import { JobFailure } from "../../failure.ts";
import { parseInit } from "../../media/init-segment.ts";
import { fileReportArgs, trackProblems, type WantedTrack } from "../../media/outputs/file-check.ts";
import {
  initUri,
  secondsOf as ticksToSeconds,
  segmentUri,
  trackSamples,
  trackSeconds,
  type Track,
} from "../../media/tracks.ts";
import { progressOf } from "../attempt.ts";
import type { MadeOutputs } from "../outputs/make-outputs.ts";
import {
  packageFiles,
  readBack,
  requireNone,
  store,
  trackOf,
  writeLocalPlaylists,
  type OutputArgs,
} from "../outputs/output-files.ts";
import { keptModels, type KeptModels } from "./kept-models.ts";
import { sideBySide } from "../side-by-side.ts";
import { createStepStore } from "./step-store.ts";
import { readWavHeader, wavHeader, wavPart, type Wav } from "./wav.ts";

/** What is left of a dub for this: files in the attempt's folder. */
export interface DubSounds {
  readonly language: string;
  /** The voice alone. */
  readonly voice: string;
  /** The mix, which is one of the sounds of the result. */
  readonly mix: string;
}

interface Work extends OutputArgs {
  readonly services: KeptModels;
  readonly rendition: Rendition;
  readonly sound: SoundRendition;
  readonly track: Track;
  readonly voice: { readonly path: string; readonly wav: Wav };
  /** Of the pieces, below that of the results. */
  readonly folder: string;
}

const cutMs = 60_000;

/** A piece as MP4: whole segments, as they were encoded. */
async function cut(work: Work, { first, count }: Piece): Promise<Buffer> {
  const { files, folder, made, track } = work;
  const { outputDir, tools, signal } = files;
  const own = join(outputDir, track.name, `piece-${first}.m3u8`);
  const to = join(folder, `cut-${first}.mp4`);
  const segments = track.segments.slice(first, first + count).map(({ duration }, index) => ({
    ...{ uri: segmentUri(first + index), seconds: ticksToSeconds(track, duration) },
  }));
  const init = basename(made.encoded.inits.get(track.name) ?? initUri);
  await writeFile(own, writeMediaPlaylist({ initUri: init, segments }));
  const access = { reads: [outputDir], writes: [folder], signal, timeoutMs: cutMs };
  await tools.run("ffmpeg", pieceArgs(own, to), access);
  const bytes = await readFile(to);
  await Promise.all([own, to].map((path) => rm(path)));
  return bytes;
}

/** The voice in a piece, exactly as long, also where the piece outlasts it. */
async function voiceIn({ voice }: Work, { start, seconds }: Piece): Promise<Buffer> {
  const { path, wav } = voice;
  const samples = Buffer.alloc(2 * Math.round(seconds * wav.rate));
  const said = await wavPart(path, wav, { start, end: start + seconds });
  const header = wavHeader(wav.rate, samples.length);
  said.copy(samples, 0, header.length);
  return Buffer.concat([header, samples]);
}

function wantedIn(track: Track, { first, count, seconds }: Piece): WantedTrack {
  const samples = track.segments
    .slice(first, first + count)
    .reduce((sum, segment) => sum + segment.samples, 0);
  return { kind: "video", samples, seconds };
}

const Pictures = Type.Object({
  streams: Type.Array(
    Type.Object({
      codec_name: Type.Literal("h264"),
      width: Type.Integer(),
      height: Type.Integer(),
      pix_fmt: Type.Literal("yuv420p"),
    }),
    { minItems: 1, maxItems: 1 },
  ),
});
const pictureEntries = ["-show_entries", "stream=codec_name,width,height,pix_fmt"];

/** What is wrong with what a service has sent, which is a stranger's file like any other. */
async function problemsOf(work: Work, path: string, piece: Piece): Promise<string[]> {
  const { rendition, track } = work;
  const name = `the piece at ${piece.start.toFixed(1)} s`;
  const print = ["-v", "error", "-print_format", "json", ...pictureEntries];
  const seen: unknown = JSON.parse(
    await readBack(work, "ffprobe", [...print, ...inputArgs("mov", path)]),
  );
  const { width, height } = rendition;
  const [pictures] = Value.Check(Pictures, seen) ? seen.streams : [];
  const isSame = pictures?.width === width && pictures.height === height;
  const report = await readBack(work, "ffprobe", fileReportArgs(path));
  return [
    ...(isSame ? [] : [`${name} is not H.264 of ${width}x${height} in 8 bits`]),
    ...trackProblems(name, report, [wantedIn(track, piece)]),
  ];
}

/** Has one piece worked on, and keeps what came under its name. */
async function move(work: Work, piece: Piece): Promise<{ name: string; codecs: string }> {
  const { services, attempt, folder } = work;
  const asked = { video: await cut(work, piece), audio: await voiceIn(work, piece) };
  const bytes = await services.moveLips(asked, attempt.keeper.signal);
  const name = `${piece.first}.mp4`;
  await writeFile(join(folder, name), bytes);
  try {
    const [problem] = await problemsOf(work, join(folder, name), piece);
    if (problem === undefined) return { name, codecs: parseInit(bytes).codecs };
    throw new JobFailure("model-unavailable", { note: `Of the lip-sync service ${problem}.` });
  } catch (error) {
    attempt.keeper.signal.throwIfAborted();
    if (error instanceof JobFailure && error.kind === "transient") throw error;
    const note = "The lip-sync service sent something that is not a video.";
    throw new JobFailure("model-unavailable", { note, cause: error });
  }
}

async function moveAll(work: Work) {
  const { attempt, track } = work;
  const seconds = track.segments.map(({ duration }) => ticksToSeconds(track, duration));
  const pieces = piecesOf(seconds, lipSyncPiece.seconds);
  let done = 0;
  return sideBySide(pieces, attempt.settings.piecesAtOnce, async (piece) => {
    const moved = await move(work, piece);
    done += 1;
    attempt.keeper.report(progressOf("packaging", done / pieces.length));
    return moved;
  });
}

/** All of it is decoded: none of it was seen before. */
function decodeAllArgs(path: string): string[] {
  const quiet = ["-nostdin", "-v", "error", "-xerror"];
  return [...quiet, ...inputArgs("mov", path), "-map", "0", "-f", "null", "-"];
}

async function joinPieces(work: Work, names: readonly string[]): Promise<void> {
  const { files, folder, track, sound } = work;
  const list = join(folder, "list.txt");
  await writeFile(list, pieceList(names));
  await packageFiles(work, joinArgs(files.outputDir, { list, sound: sound.name }));
  const path = join(files.outputDir, lipSyncFile);
  const voice = trackOf(work, sound.name);
  const report = await readBack(work, "ffprobe", fileReportArgs(path));
  const isSmall = (await stat(path)).size <= largestOutput(lipSyncFile);
  requireNone([
    ...trackProblems(lipSyncFile, report, [
      { kind: "video", samples: trackSamples(track), seconds: trackSeconds(track) },
      { kind: "audio", samples: trackSamples(voice), seconds: trackSeconds(voice) },
    ]),
    ...(isSmall ? [] : [`${lipSyncFile} is too large`]),
  ]);
  await readBack(work, "ffmpeg", decodeAllArgs(path));
}

async function makeFile(work: Work, language: string): Promise<MadeOutputs> {
  const { rendition, track, sound, attempt, services } = work;
  const moved = await moveAll(work);
  attempt.log.info({ pieces: services.counts }, "lips moved");
  await joinPieces(
    work,
    moved.map(({ name }) => name),
  );
  const voice = trackOf(work, sound.name);
  const result = {
    path: lipSyncFile,
    bytes: await store(work, [lipSyncFile]),
    durationSeconds: Math.max(trackSeconds(track), trackSeconds(voice)),
    codecs: `${moved[0]?.codecs ?? track.init.codecs},${voice.init.codecs}`,
    ...{ rendition: rendition.name, language },
    ...{ width: rendition.width, height: rendition.height },
  };
  const check = `${lipSyncFile} decodes, and has every picture of ${rendition.name} and the voice`;
  return { results: { lipSync: result }, warnings: [], checks: [check] };
}

function leftOut(why: string): MadeOutputs {
  const message = `The output "lipSync" was left out: ${why}`;
  return { results: undefined, warnings: [{ code: "output-left-out", message }], checks: [] };
}

/** In the words of the service, where it has any. */
function refusedBecause({ detail = "" }: JobFailure): string {
  try {
    const said: unknown = JSON.parse(detail);
    if (Value.Check(LipSyncRefusal, said)) return said.error.message.slice(0, 300);
  } catch {
    // It is some other text.
  }
  return detail.slice(0, 300);
}

/** A film in which lips move with the voice, out of segments that are verified. A service that refuses it leaves the dub as it is. */
export async function makeLipSync(args: OutputArgs, sounds: DubSounds): Promise<MadeOutputs> {
  const { attempt, made, files } = args;
  const { models } = attempt.settings;
  const rendition = lipSyncRendition(made.plan.renditions, lipSyncPiece.maxHeight);
  const sound = made.plan.sounds.find(({ source }) => source.file === sounds.mix);
  if (!models || !sound) return leftOut("the result has no segments of the voice; ask for hls.");
  if (!rendition) {
    return leftOut(`the result has no H.264 of at most ${lipSyncPiece.maxHeight} lines.`);
  }
  const folder = join(files.outputDir, "lip-sync");
  await mkdir(folder);
  await writeLocalPlaylists(args);
  const voice = { path: sounds.voice, wav: await readWavHeader(sounds.voice) };
  const services = keptModels(models, createStepStore(attempt));
  const track = trackOf(args, rendition.name);
  try {
    return await makeFile(
      { ...args, ...{ services, rendition, sound, track, voice, folder } },
      sounds.language,
    );
  } catch (error) {
    if (!(error instanceof JobFailure) || error.code !== "dub-unsupported") throw error;
    return leftOut(`the service refused a piece of the film: ${refusedBecause(error)}`);
  }
}
