import { pause } from "@framewright/runtime/clock.ts";
import { redactText } from "@framewright/runtime/log.ts";
import { TargetRefused } from "@framewright/runtime/outbound-url.ts";
import {
  egressFailures,
  type EgressEnd,
  type EgressFailure,
  type EgressReason,
} from "@framewright/contracts/egress.ts";
import { keepsStream } from "@framewright/contracts/egress-kinds.ts";
import { Emptiness } from "../media/emptiness.ts";
import { SourceFailure, type OpenedSource } from "../sources/opened-source.ts";
import { sources } from "../sources/source.ts";
import { isNearlyFull } from "./free-space.ts";
import { recordPart, type PartEnd, type PartWatch } from "./part.ts";
import { isThere, partsOnDisk } from "./parts-on-disk.ts";
import { SegmentStore, type ClosedSegment } from "./segment-store.ts";
import type { Snapshots } from "./snapshots.ts";
import { RecordingFailure, type Task } from "./task.ts";
import { Tracks } from "./tracks.ts";

const reconnectMs = { first: 300, most: 2000 };
const fullDisk = /No space left on device/;

/** `handed-over`: the task goes on at another recorder. */
export type RecordingEnd = EgressEnd | "handed-over";

export interface RecordingArgs {
  readonly task: Task;
  readonly snapshots: Snapshots;
}

function isFailure(code: EgressReason["code"]): code is EgressFailure {
  return egressFailures.some((one) => one === code);
}

/** Records one task, over as many connections to its source as it takes. */
export class Recording {
  readonly #args: RecordingArgs;
  readonly #store: SegmentStore;
  #seconds: number;
  #nextPart = 0;
  readonly #tracks: Tracks;
  /** One that stays connected from part to part. */
  #source: OpenedSource | undefined;
  #sourceEnd: EgressReason | undefined;
  #lastMediaMs = performance.now();
  #hasBegun: boolean;
  #asked: "stop-requested" | "handed-over" | undefined;
  #woken = new AbortController();
  readonly #emptiness = new Emptiness();

  constructor(args: RecordingArgs) {
    this.#args = args;
    const { soFar } = args.task.lease;
    this.#seconds = soFar.seconds;
    this.#hasBegun = soFar.seconds > 0;
    this.#tracks = new Tracks(args.task.lease);
    this.#store = new SegmentStore(args.task, ({ verdict }) => {
      if (verdict === "stop") this.end("stop-requested");
    });
  }

  get seconds(): number {
    return this.#seconds;
  }

  /** What a client should know of the recording. */
  get warnings(): readonly string[] {
    return [...this.#emptiness.warnings(this.#seconds), ...this.#tracks.warnings];
  }

  /** Ends the recording in order. */
  end(why: "stop-requested" | "handed-over"): void {
    this.#asked ??= why;
    this.#woken.abort();
  }

  /** Takes up what a predecessor has left of the same attempt. */
  async resume(): Promise<void> {
    for (const closed of await partsOnDisk(this.#args.task.scratch)) {
      this.#nextPart = closed.part + 1;
      this.#seconds += closed.segment.seconds;
      this.#hasBegun = true;
      this.#tracks.goOn();
      if (await isThere(closed)) this.#keep(closed);
    }
  }

  /** Resolves when everything that was recorded is stored. */
  async run(): Promise<RecordingEnd> {
    try {
      const end = await this.#record();
      if (this.#hasBegun && end !== "handed-over") this.#tracks.require(true);
      await this.#drained();
      return end;
    } catch (error) {
      // What was recorded until then can be played.
      if (error instanceof RecordingFailure) await this.#drained();
      throw error;
    } finally {
      await this.#source?.close();
    }
  }

  async #drained(): Promise<void> {
    await this.#store.drained();
    await this.#args.snapshots.drained();
  }

  async #record(): Promise<RecordingEnd> {
    const { signal } = this.#args.task;
    for (let pauseMs = reconnectMs.first; ;) {
      const asked = this.#isOver();
      if (asked !== undefined) return asked;
      const end = await this.#connect();
      const over = this.#isOver();
      if (over !== undefined) return over;
      if (end.segments > 0) pauseMs = reconnectMs.first;
      const final = this.#finalEnd(end);
      if (final !== undefined) return final;
      if (end.why === "replanned") {
        // The source is there.
        if (this.#hasBegun) this.#lastMediaMs = performance.now();
        continue;
      }
      if (end.why === "full") {
        await this.#makeRoom();
        continue;
      }
      await pause(pauseMs, AbortSignal.any([signal, this.#woken.signal]));
      signal.throwIfAborted();
      pauseMs = Math.min(2 * pauseMs, reconnectMs.most);
    }
  }

  /** Waits until the store has what is here. Where that frees nothing, others fill the disk. */
  async #makeRoom(): Promise<void> {
    const { log, scratch } = this.#args.task;
    log.warn("the scratch space is full; waiting for the store");
    await this.#store.drained();
    if (await isNearlyFull(scratch)) {
      throw new RecordingFailure("disk-full", "The recorder's scratch space is full");
    }
    this.#lastMediaMs = performance.now();
  }

  /** Why nothing more comes; undefined where the source may come back. */
  #finalEnd(part: PartEnd): EgressEnd | undefined {
    const { source } = this.#args.task.lease;
    const { why, end, heard } = part;
    if (end.lines.some((line) => fullDisk.test(line))) {
      throw new RecordingFailure("disk-full", "The recorder's scratch space is full");
    }
    const endsHere = sources[source.kind].endIsFinal && why === "ended" && end.code === 0;
    if (this.#hasBegun && endsHere) return "source-ended";
    if (this.#sourceEnd !== undefined) return this.#endBySource(this.#sourceEnd);
    if (!this.#isSilent()) return undefined;
    if (this.#hasBegun) return why === "silent" && heard ? "source-silent" : "source-ended";
    throw this.#notStarted(part);
  }

  #notStarted({ end }: PartEnd): RecordingFailure {
    this.#tracks.require(true);
    const { startWithinSeconds } = this.#args.task.lease;
    const last = redactText(end.lines.at(-1) ?? "").slice(0, 200);
    return new RecordingFailure(
      "source-not-started",
      `The source has not begun within ${startWithinSeconds} s${last === "" ? "" : `: ${last}`}`,
    );
  }

  /** What a source says of itself when nothing more comes. */
  #endBySource({ code, message }: EgressReason): EgressEnd {
    if (this.#hasBegun && (code === "source-ended" || code === "source-silent")) return code;
    throw new RecordingFailure(isFailure(code) ? code : "source-not-started", redactText(message));
  }

  /** Of a source that persists, the connection that there is. */
  async #open(): Promise<OpenedSource> {
    if (this.#source !== undefined) return this.#source;
    const { policy, signal, log, scratch, lease } = this.#args.task;
    const { silentSeconds, startWithinSeconds } = lease;
    const patience = { startSeconds: startWithinSeconds, silentSeconds };
    const row = sources[lease.source.kind];
    const stop = this.#woken.signal;
    const asked = { policy, signal, stop, log, scratch, patience, page: lease.page };
    const source: OpenedSource = await row.open(lease.source, asked);
    if (!row.persists) return source;
    this.#source = source;
    this.#tracks.follow(source.came);
    // A page may have taken its time.
    this.#lastMediaMs = performance.now();
    void source.ended.then((reason) => {
      this.#sourceEnd = reason;
    });
    return source;
  }

  async #connect(): Promise<PartEnd> {
    const { task } = this.#args;
    const part = this.#nextPart;
    const folder = `${task.scratch}/p${part}`;
    try {
      const source = await this.#open();
      try {
        const watch = this.#watch(part, folder);
        const { facts, awaited } = this.#tracks;
        const end = await recordPart({ task, source, folder, facts, awaited, watch });
        if (end.segments > 0) this.#nextPart = part + 1;
        const { code: exit, lines } = end.end;
        const said = exit === 0 ? undefined : redactText(lines.at(-1) ?? "").slice(0, 200);
        task.log.info({ part, why: end.why, segments: end.segments, exit, said }, "part ended");
        return end;
      } finally {
        if (source !== this.#source) await source.close();
      }
    } catch (error) {
      return this.#notOpened(error);
    }
  }

  /** A name that is not known yet may be known later; what is refused stays refused. */
  #notOpened(error: unknown): PartEnd {
    const nothing = { segments: 0, heard: false } as const;
    if (this.#asked !== undefined) {
      return { why: "over", ...nothing, end: { code: 0, signal: null, lines: [] } };
    }
    if (error instanceof SourceFailure) {
      const failure = new RecordingFailure(error.code, error.message);
      failure.picture = error.picture;
      throw failure;
    }
    if (error instanceof TargetRefused) {
      this.#args.task.log.warn({ reason: error.internal }, "the source is refused");
      throw new RecordingFailure("source-refused", error.message, error);
    }
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    if (!["ENOTFOUND", "EAI_AGAIN"].includes(code)) throw error;
    const lines = ["The name of the source's host is not known"];
    return { why: "ended", ...nothing, end: { code: 1, signal: null, lines } };
  }

  #watch(part: number, folder: string): PartWatch {
    return {
      isOver: () => this.#isOver() !== undefined || this.#hasToEnd(),
      isSilent: () => this.#isSilent(),
      onMedia: () => {
        this.#lastMediaMs = performance.now();
      },
      onFacts: (facts) => {
        this.#tracks.learn(facts);
        this.#args.task.log.info({ ...facts }, "the source's tracks are known");
      },
      onLine: (line) => {
        this.#emptiness.read(line);
      },
      onSegment: async (segment, number) => {
        // The first one may be closed before ffmpeg reports: a source that was held back comes all at once.
        this.#lastMediaMs = performance.now();
        const closed = { part, number, folder, segment };
        await this.#args.snapshots.of(closed, this.#seconds);
        this.#seconds += segment.seconds;
        this.#hasBegun = true;
        this.#tracks.begin();
        this.#keep(closed);
      },
    };
  }

  #keep(closed: ClosedSegment): void {
    if (keepsStream(this.#args.task.lease.kind)) this.#store.add(closed);
  }

  #isOver(): RecordingEnd | undefined {
    this.#tracks.require();
    if (this.#asked !== undefined) return this.#asked;
    const { maxSeconds, maxBytes, soFar } = this.#args.task.lease;
    if (this.#seconds >= maxSeconds) return "max-seconds";
    if (soFar.bytes + this.#store.bytes >= maxBytes) return "max-bytes";
    return undefined;
  }

  /** Whether the source has ended, and ffmpeg does not see it. */
  #hasToEnd(): boolean {
    const { kind } = this.#args.task.lease.source;
    return this.#sourceEnd !== undefined && !sources[kind].endsInput;
  }

  #isSilent(): boolean {
    const { silentSeconds, startWithinSeconds } = this.#args.task.lease;
    const limit = this.#hasBegun ? silentSeconds : startWithinSeconds;
    return performance.now() - this.#lastMediaMs >= limit * 1000;
  }
}
