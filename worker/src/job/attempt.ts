import type { Progress, SourceInfo, Stage } from "@framewright/contracts/job.ts";
import type { Lease } from "@framewright/contracts/worker-api.ts";
import type { LeaseKeeper } from "../agent/lease-keeper.ts";
import type { WorkerApi } from "../agent/worker-api.ts";
import type { WorkLimits } from "@framewright/media/work.ts";
import type { Encoder } from "@framewright/media/encoders/encoder.ts";
import type { MediaTools } from "../media/ffmpeg.ts";
import type { ProbeLimits } from "../media/open-source.ts";
import type { UrlInputs } from "@framewright/runtime/url-inputs.ts";
import type { Dispatcher } from "undici";
import type { Logger } from "@framewright/runtime/log.ts";
import type { Metrics } from "../ops/metrics.ts";
import { inSpan } from "@framewright/runtime/tracing/tracing.ts";
import type { ScratchSpace } from "../ops/scratch.ts";
import type { Fonts } from "../media/fonts.ts";
import type { ModelServices } from "./dub/model-services.ts";
import type { EncodeLadder } from "./encode-ladder.ts";
import type { Profiles } from "./profiles.ts";
import type { UsageMeter } from "./usage-meter.ts";

/** What URLs may be fetched, and by what. */
export interface UrlSource extends UrlInputs {
  readonly dispatcher: Dispatcher;
}

/** What every job of this worker shares. */
export interface JobSettings {
  readonly tools: MediaTools;
  /** The one that the worker serves with; the ladder has those that it takes in its place. */
  readonly encoder: Encoder;
  readonly ladder: EncodeLadder;
  readonly profiles: Profiles;
  readonly device: string;
  /** What text is drawn with. */
  readonly fonts: Fonts;
  readonly threads: number;
  readonly scratch: ScratchSpace;
  readonly maxSourceBytes: number;
  /** For jobs whose input is a URL; nothing where there are none. */
  readonly urlInput: UrlSource | undefined;
  /** What dubs are made with; nothing where there is none. */
  readonly models: ModelServices | undefined;
  /** Lines of a dub that are spoken at once. */
  readonly linesAtOnce: number;
  /** Pieces of a film whose lips are moved at once. */
  readonly piecesAtOnce: number;
  readonly limits: ProbeLimits;
  readonly work: WorkLimits;
}

/** One attempt at one job, under its lease, in its own folder. */
export interface Attempt {
  readonly lease: Lease;
  readonly keeper: LeaseKeeper;
  readonly api: WorkerApi;
  readonly settings: JobSettings;
  readonly metrics: Metrics;
  readonly log: Logger;
  readonly dir: string;
  /** What the attempt has learned so far; a failed one reports it as well. */
  readonly observed: { source?: SourceInfo };
  readonly usage: UsageMeter;
}

/** Where each stage begins and ends on the way from 0 to 100; a dub takes longer than the encode. */
const spans = {
  downloading: [0, 5],
  probing: [5, 6],
  dubbing: [6, 70],
  encoding: [6, 96],
  verifying: [96, 97],
  packaging: [97, 97.5],
  uploading: [97, 99],
} as const satisfies Record<Stage, readonly [number, number]>;

/**
 * Progress of the whole job from the share of one stage that is done.
 * @param after the stage before it, where that is not the one of every job
 */
export function progressOf(stage: Stage, share: number, after?: Stage): Progress {
  const [first, to] = spans[stage];
  const from = after === undefined ? first : spans[after][1];
  const done = Math.min(1, Math.max(0, share));
  return { stage, percent: Math.round((from + (to - from) * done) * 10) / 10 };
}

/** The encode comes behind the dub, where there is one. */
export function stageBefore({ lease }: Pick<Attempt, "lease">, stage: Stage): Stage | undefined {
  return stage === "encoding" && lease.edit?.dub ? "dubbing" : undefined;
}

/** Runs one stage and returns how long it took, in milliseconds. */
export async function timed<T>(
  attempt: Attempt,
  stage: Stage | "poster",
  work: () => Promise<T>,
): Promise<{ value: T; ms: number }> {
  const start = performance.now();
  if (stage !== "poster") attempt.keeper.report(progressOf(stage, 0, stageBefore(attempt, stage)));
  let ms = 0;
  const value = await inSpan(stage, {}, work).finally(() => {
    ms = Math.round(performance.now() - start);
    if (stage !== "poster") attempt.usage.addPhase(stage, ms);
  });
  attempt.metrics.stages.observe({ stage }, ms / 1000);
  attempt.log.debug({ stage, ms }, "stage done");
  return { value, ms };
}
