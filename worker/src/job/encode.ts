import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { pause } from "@framewright/runtime/clock.ts";
import type { Inspection } from "../media/inspect.ts";
import { earlyStream } from "@framewright/media/early-stream.ts";
import { madeFiles } from "@framewright/media/made-sound.ts";
import type { Plan } from "@framewright/media/plan.ts";
import { posterSegment } from "../media/poster.ts";
import type { Source } from "@framewright/media/source.ts";
import { posterUri, segmentUri, type Track } from "../media/tracks.ts";
import { encodeDeadline, type Budget } from "../media/budget.ts";
import { progressOf, stageBefore, type Attempt } from "./attempt.ts";
import { Collector, type TrackBegun } from "./collector.ts";
import { inspectTrack, makePoster } from "./look.ts";
import type { Uploader } from "./uploader.ts";

const scanMs = 250;
/** An encoder that has said nothing for so long is stuck; it reports twice a second. */
const stallMs = 180_000;

export interface EncodeArgs {
  readonly attempt: Attempt;
  readonly source: Source;
  readonly plan: Plan;
  readonly sourcePath: string;
  readonly budget: Budget;
  readonly outputDir: string;
  readonly uploader: Pick<Uploader, "add" | "failed">;
  /** Whether it is played while it is made. */
  readonly isEarly: boolean;
}

export interface Encoded {
  readonly tracks: readonly Track[];
  readonly inspections: ReadonlyMap<string, Inspection>;
  /** Paths of the initialisation segments by the track's name. */
  readonly inits: ReadonlyMap<string, string>;
  /** Media seconds per wall second. */
  readonly speed: number | undefined;
}

/** Runs ffmpeg; fails also when `abort` fires, after the process is gone. */
async function runPlan(args: EncodeArgs, abort: AbortSignal): Promise<number | undefined> {
  const { attempt, plan, source } = args;
  let speed: number | undefined;
  await attempt.settings.tools.encode(plan.argv, {
    reads: [
      args.sourcePath,
      ...(plan.overlay ? [plan.overlay.path] : []),
      ...(plan.text?.reads ?? []),
      ...madeFiles(plan.sounds),
    ],
    writes: [args.outputDir],
    signal: AbortSignal.any([attempt.keeper.signal, args.uploader.failed, abort]),
    stallMs,
    onProgress: (progress) => {
      speed = progress.speed ?? speed;
      attempt.keeper.report({
        ...progressOf(
          "encoding",
          progress.seconds / source.durationSeconds,
          stageBefore(attempt, "encoding"),
        ),
        ...(progress.fps !== undefined && { fps: progress.fps }),
        ...(progress.speed !== undefined && { speed: progress.speed }),
      });
    },
  });
  return speed;
}

/** Looks that run beside the encode; their failures surface when they are collected. */
function createLooks(args: EncodeArgs): {
  begun: (track: TrackBegun) => void;
  segment: (name: string, index: number) => void;
  collect: () => Promise<Pick<Encoded, "inspections" | "inits">>;
} {
  const { attempt, plan, source, outputDir, uploader } = args;
  const { tools } = attempt.settings;
  const { signal } = attempt.keeper;
  const inspections: Promise<readonly [string, Inspection]>[] = [];
  const posters: Promise<void>[] = [];
  const inits = new Map<string, string>();
  let last: readonly [init: string, segment: string] | undefined;
  const top = plan.renditions[0]?.name;
  const seconds = Number(plan.cadence.segmentSeconds);
  const wanted = posterSegment(source.durationSeconds, seconds);
  const poster = async (initPath: string, segmentPath: string): Promise<void> => {
    const target = join(outputDir, posterUri);
    await makePoster({ tools, initPath, segmentPath, signal, target });
    await uploader.add({ path: posterUri, localPath: target });
  };
  const keep = <T>(list: Promise<T>[], work: Promise<T>): void => {
    work.catch(() => undefined);
    list.push(work);
  };
  return {
    begun: ({ name, initPath, segmentPath }) => {
      inits.set(name, initPath);
      const look = inspectTrack({ tools, initPath, segmentPath, signal });
      keep(
        inspections,
        look.then((inspection) => [name, inspection] as const),
      );
    },
    segment: (name, index) => {
      const init = inits.get(name);
      if (name !== top || init === undefined) return;
      last = [init, join(outputDir, name, segmentUri(index))];
      if (index === wanted) keep(posters, poster(...last));
    },
    collect: async () => {
      // A source may be shorter than it seemed.
      if (posters.length === 0 && last) keep(posters, poster(...last));
      await Promise.all(posters);
      return { inspections: new Map(await Promise.all(inspections)), inits };
    },
  };
}

/** Says what can be played, once all of that has begun. */
function announceEarly(
  { keeper }: Pick<Attempt, "keeper">,
  plan: Plan,
  tracks: readonly Track[],
): void {
  const begun = new Map(tracks.map(({ name, init }) => [name, { name, ...init }]));
  const early = earlyStream(plan, begun);
  if (early) keeper.announce(early);
}

/** Encodes all renditions in one process, and hands over each segment as soon as it is closed. */
export async function encode(args: EncodeArgs): Promise<Encoded> {
  const { plan, outputDir, uploader, attempt } = args;
  await Promise.all(plan.folders.map((name) => mkdir(join(outputDir, name), { recursive: true })));
  const looks = createLooks(args);
  const collector = new Collector({
    outputDir,
    folders: plan.folders,
    onFile: (file) => uploader.add(file),
    onBegun: (track) => {
      looks.begun(track);
      if (args.isEarly) announceEarly(attempt, plan, collector.tracks());
    },
    onSegment: looks.segment,
  });
  const failed = new AbortController();
  const deadline = encodeDeadline(args.budget);
  const timer = setTimeout(() => {
    failed.abort(deadline.failure);
  }, deadline.ms);
  const ended = new AbortController();
  const watching = watch(collector, ended.signal).catch((error: unknown) => {
    failed.abort(error);
  });
  try {
    const speed = await runPlan(args, failed.signal);
    ended.abort();
    await watching;
    await collector.scan();
    return { tracks: collector.tracks(), ...(await looks.collect()), speed };
  } finally {
    clearTimeout(timer);
    ended.abort();
    await watching;
  }
}

async function watch(collector: Collector, until: AbortSignal): Promise<void> {
  while (!until.aborted) {
    await collector.scan();
    await pause(scanMs, until);
  }
}
