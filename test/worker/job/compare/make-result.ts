import { mkdirSync, mkdtempSync } from "node:fs";
import { join } from "node:path";
import { Collector, type TrackBegun } from "../../../../worker/src/job/collector.ts";
import { compareWithSource } from "../../../../worker/src/job/compare/compare.ts";
import { inspectTrack } from "../../../../worker/src/job/look.ts";
import { encoders } from "../../../../media/encoders/index.ts";
import type { Inspection } from "../../../../worker/src/media/inspect.ts";
import { planEncode, type Plan } from "../../../../media/plan.ts";
import { writeMasterPlaylist } from "../../../../media/playlist.ts";
import { probeSource } from "../../../../worker/src/media/probe.ts";
import { shortfall } from "../../../../worker/src/media/shortfall.ts";
import type { Source } from "../../../../media/source.ts";
import {
  masterPlaylist,
  playlistPath,
  trackPlaylist,
  type Track,
} from "../../../../worker/src/media/tracks.ts";
import { verifyOutput, type Verdict } from "../../../../worker/src/media/verify.ts";
import { isolatedTools } from "../../../support/isolation.ts";
import { aProfile } from "../../../support/profiles.ts";

const tools = await isolatedTools();
const limits = { maxSeconds: 600, maxPixels: 10_000_000, maxStreams: 10 };

/** A file, and what the worker knows of it. */
export interface Upload {
  readonly path: string;
  readonly source: Source;
  /** Of the profile. */
  readonly maxFps?: number | undefined;
}

export async function uploadOf(path: string, signal: AbortSignal): Promise<Upload> {
  return { path, source: await probeSource({ tools, path, limits, signal }) };
}

/** How a result comes to be another than the right one. */
export interface Fault {
  /** The worker takes the source for another one. */
  readonly takesItFor?: (source: Source) => Source;
  /** The worker runs another command. */
  readonly runs?: (argv: readonly string[]) => readonly string[];
}

function planOf({ path, source, maxFps }: Upload, outputDir: string): Plan {
  const base = aProfile("hls-720p");
  const profile = { ...base, video: { ...base.video, ...(maxFps !== undefined && { maxFps }) } };
  return planEncode({
    ...{ source, outputDir, sourcePath: path },
    ...{ profile, encoder: encoders.cpu, device: "", threads: 1 },
  });
}

interface Written {
  readonly tracks: readonly Track[];
  readonly inits: ReadonlyMap<string, string>;
  readonly inspections: ReadonlyMap<string, Inspection>;
}

async function encode(
  upload: Upload,
  { outputDir, fault, signal }: { outputDir: string; fault: Fault; signal: AbortSignal },
): Promise<Written> {
  const { takesItFor = (source) => source, runs = (argv) => argv } = fault;
  const { argv, folders } = planOf({ ...upload, source: takesItFor(upload.source) }, outputDir);
  for (const name of folders) mkdirSync(join(outputDir, name));
  await tools.encode(runs(argv), {
    ...{ reads: [upload.path], writes: [outputDir] },
    ...{ signal, stallMs: 60_000, onProgress: () => undefined },
  });
  const begun: TrackBegun[] = [];
  const collector = new Collector({
    ...{ outputDir, folders },
    onFile: () => Promise.resolve(),
    onBegun: (track) => begun.push(track),
    onSegment: () => undefined,
  });
  await collector.scan();
  const inspections = new Map<string, Inspection>();
  for (const { name, ...paths } of begun) {
    inspections.set(name, await inspectTrack({ tools, signal, ...paths }));
  }
  const inits = new Map(begun.map(({ name, initPath }) => [name, initPath]));
  return { tracks: collector.tracks(), inits, inspections };
}

export interface ResultArgs {
  readonly fault?: Fault;
  /** Results are kept here. */
  readonly folder: string;
  readonly signal: AbortSignal;
}

/** Encodes an upload, and returns what is said of the result by all that verify one before it is published. */
export async function verdictOn(upload: Upload, args: ResultArgs): Promise<Verdict> {
  const { fault = {}, folder, signal } = args;
  const { path: sourcePath, source } = upload;
  const outputDir = mkdtempSync(join(folder, "result-"));
  const { tracks, inits, inspections } = await encode(upload, { outputDir, fault, signal });
  const plan = planOf(upload, outputDir);
  const playlists = new Map(
    tracks.map((track) => [playlistPath(track.name), trackPlaylist(track)]),
  );
  const master = writeMasterPlaylist(masterPlaylist(plan, tracks));
  const verified = verifyOutput({ plan, source, tracks, inspections, playlists, master });
  const files = { tools, signal, sourcePath, outputDir, inits };
  const compared = await compareWithSource({ ...files, source, plan, tracks });
  const short = shortfall({ plan, source, tracks });
  return {
    passed: [...verified.passed, ...compared.passed],
    problems: [...(short ? [short] : []), ...verified.problems, ...compared.problems],
  };
}
