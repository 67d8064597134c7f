import type { Accel, JobWarning } from "@framewright/contracts/job.ts";
import type { Encoder } from "@framewright/media/encoders/encoder.ts";
import { encoders } from "@framewright/media/encoders/index.ts";
import { pause } from "@framewright/runtime/clock.ts";
import type { Logger } from "@framewright/runtime/log.ts";
import { JobFailure, type FailureCode } from "../failure.ts";
import type { Metrics } from "../ops/metrics.ts";
import type { SessionTokens } from "../ops/session-tokens.ts";
import { Breaker } from "./breaker.ts";

/** Decode and encode on the device; encode alone; neither. */
export type StepName = "device" | "device-encode" | "cpu";

export interface EncodeStep {
  readonly name: StepName;
  readonly encoder: Encoder;
}

/** Options of the input with which its decoder runs on the device; frames come back to memory, as filters want them there. */
const decodeArgs = {
  nvenc: ["-hwaccel", "cuda"],
  vaapi: ["-hwaccel", "vaapi", "-hwaccel_device", "gpu"],
  cpu: [],
} as const satisfies Record<Accel, readonly string[]>;

/** The encoder behind a decoder of its device. */
function decodingToo(encoder: Encoder): Encoder {
  const { deviceArgs, accel } = encoder;
  return { ...encoder, deviceArgs: (device) => [...deviceArgs(device), ...decodeArgs[accel]] };
}

/** What a worker tries in turn. */
export function stepsOf(accel: Accel, { decodes }: { readonly decodes: boolean }): EncodeStep[] {
  const cpu = { name: "cpu", encoder: encoders.cpu } as const;
  if (accel === "cpu") return [cpu];
  const encoder = encoders[accel];
  return [
    ...(decodes ? [{ name: "device", encoder: decodingToo(encoder) } as const] : []),
    { name: "device-encode", encoder },
    cpu,
  ];
}

/** Failures of the device and not of the source, after which a lower step may do. */
const deviceFailures: readonly FailureCode[] = [
  "encoder-busy",
  "encoder-unavailable",
  "device-failed",
];

/** Between two looks for free sessions. */
const lookMs = 500;

/** Why a step was not taken, or did not lead to a result. */
export interface Refusal {
  readonly step: StepName;
  readonly code: FailureCode;
  readonly message: string;
}

export interface LadderArgs {
  readonly steps: readonly EncodeStep[];
  /** Those of the GPU, where the driver allows so many and no more. */
  readonly tokens: SessionTokens | undefined;
  readonly waitMs: number;
  readonly metrics: Pick<Metrics, "fallbacks" | "breakerOpen">;
  readonly now?: () => number;
}

export interface Climb<T> {
  /** Sessions that an encode on the device opens: one for each rendition. */
  readonly sessions: number;
  readonly signal: AbortSignal;
  readonly log: Logger;
  readonly run: (step: EncodeStep) => Promise<T>;
  /** False once something was stored that a further step would make differently. */
  readonly mayRepeat: () => boolean;
}

export interface Climbed<T> {
  readonly value: T;
  readonly accel: Accel;
  /** For the job's result: by which encoder it was made, and why not by a better one. */
  readonly warnings: readonly JobWarning[];
}

/** The ways in which this worker can encode, best first, and what is known of each. */
export class EncodeLadder {
  readonly #args: LadderArgs;
  readonly #breakers: ReadonlyMap<StepName, Breaker>;
  readonly #last = new Map<StepName, Refusal>();

  constructor(args: LadderArgs) {
    this.#args = args;
    this.#breakers = new Map(args.steps.map(({ name }) => [name, new Breaker(args.now)]));
  }

  /** Takes the best step that leads to a result. Rejects with the last failure, which then names those before it. */
  async climb<T>(climb: Climb<T>): Promise<Climbed<T>> {
    const { steps, metrics } = this.#args;
    const refusals: Refusal[] = [];
    for (const [index, step] of steps.entries()) {
      const next = steps[index + 1];
      const open = next && this.#skipped(step.name);
      if (open) {
        refusals.push(open);
        continue;
      }
      try {
        const value = await this.#take(step, climb);
        return { value, accel: step.encoder.accel, warnings: warningsOf(step, refusals) };
      } catch (error) {
        const refusal = this.#refusalOf(step, error);
        if (!refusal || !next || !climb.mayRepeat()) throw withCauses(error, refusals);
        refusals.push(refusal);
        metrics.fallbacks.inc({ from: step.name, to: next.name, code: refusal.code });
        climb.log.warn({ err: error, from: step.name, to: next.name }, "encoding another way");
      }
    }
    throw new Error("a worker has at least one way to encode");
  }

  #skipped(name: StepName): Refusal | undefined {
    const breaker = this.#breakers.get(name);
    if (!breaker || breaker.allows()) return undefined;
    const last = this.#last.get(name);
    const message = `It failed several times and rests for now: ${last?.message ?? ""}`;
    return { step: name, code: last?.code ?? "encoder-unavailable", message };
  }

  async #take<T>(step: EncodeStep, climb: Climb<T>): Promise<T> {
    const breaker = this.#breakers.get(step.name);
    try {
      const value = await this.#inSessions(step, climb);
      breaker?.succeeded();
      return value;
    } catch (error) {
      if (error instanceof OwnSessions || !isOfDevice(error)) breaker?.undecided();
      else breaker?.failed();
      throw error;
    } finally {
      this.#args.metrics.breakerOpen.set({ step: step.name }, breaker?.isOpen === true ? 1 : 0);
    }
  }

  async #inSessions<T>(step: EncodeStep, climb: Climb<T>): Promise<T> {
    const giveBack = await this.#sessions(step, climb);
    try {
      return await climb.run(step);
    } finally {
      await giveBack();
    }
  }

  /** Waits for sessions that other jobs of this host have; nothing where the driver allows any number. */
  async #sessions<T>(
    step: EncodeStep,
    { sessions, signal }: Climb<T>,
  ): Promise<() => Promise<void>> {
    const { tokens, waitMs, now = () => performance.now() } = this.#args;
    if (step.name === "cpu" || tokens === undefined) return () => Promise.resolve();
    const until = now() + (sessions > tokens.limit ? 0 : waitMs);
    for (;;) {
      const giveBack = await tokens.take(sessions);
      signal.throwIfAborted();
      if (giveBack) return giveBack;
      if (now() >= until) throw new OwnSessions(sessions, tokens.limit);
      await pause(lookMs, signal);
    }
  }

  #refusalOf({ name }: EncodeStep, error: unknown): Refusal | undefined {
    if (!isOfDevice(error)) return undefined;
    const refusal = { step: name, code: error.code, message: error.message };
    this.#last.set(name, refusal);
    return refusal;
  }
}

/** The GPU's sessions are in use by jobs of this host: nothing is wrong with the device. */
class OwnSessions extends JobFailure {
  constructor(needed: number, limit: number) {
    super("encoder-busy", {
      note: `The job needs ${needed} encoder sessions; the GPU has ${limit}, of which other jobs have too many.`,
    });
  }
}

function isOfDevice(error: unknown): error is JobFailure {
  return error instanceof JobFailure && deviceFailures.includes(error.code);
}

function told({ step, message }: Refusal): string {
  return `${step}: ${message}`;
}

function warningsOf({ name }: EncodeStep, refusals: readonly Refusal[]): JobWarning[] {
  if (refusals.length === 0) return [];
  const why = refusals.map(told).join(" ");
  return [
    {
      code: "encoder-fallback",
      message: `Encoded by another way (${name}). ${why}`.slice(0, 2000),
    },
  ];
}

function withCauses(error: unknown, refusals: readonly Refusal[]): unknown {
  const last = refusals.at(-1);
  if (!(error instanceof JobFailure) || last === undefined) return error;
  // The file is no more work than allowed where the device works.
  if (error.code === "too-much-work") {
    const note = `${last.message} The CPU would take too long for it.`;
    return new JobFailure(last.code, { note, cause: error });
  }
  const note = [error.note ?? "", `Before that, ${refusals.map(told).join(" ")}`].join(" ").trim();
  return new JobFailure(error.code, { note, cause: error });
}
