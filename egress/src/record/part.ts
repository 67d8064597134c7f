import { mkdir, readFile, rm, stat } from "node:fs/promises";
import { pause } from "@framewright/runtime/clock.ts";
import { egressTracks, type EgressTrack } from "@framewright/contracts/egress.ts";
import {
  planTracks,
  playlistName,
  recordingArguments,
  type TrackPlan,
} from "../media/arguments.ts";
import { hasCome, patience, readProgress, unsentTrack, type Progress } from "../media/progress.ts";
import { readLocalPlaylist, type LocalSegment } from "../media/local-playlist.ts";
import { readFacts, type StreamFacts } from "../media/stream-facts.ts";
import { startMedia, type MediaEnd, type MediaProcess } from "../processes.ts";
import type { OpenedSource } from "../sources/opened-source.ts";
import { sources } from "../sources/source.ts";
import { isNearlyFull } from "./free-space.ts";
import type { Task } from "./task.ts";

const lookMs = 200;
/** How soon ffmpeg is started for what comes. */
const startMs = 20;
/** Time for ffmpeg to close its last segment. */
const closeMs = 10_000;

/** What a part is told while it records. */
export interface PartWatch {
  /** Whether it should end in order. */
  readonly isOver: () => boolean;
  /** Whether nothing has come for too long. */
  readonly isSilent: () => boolean;
  readonly onMedia: () => void;
  readonly onFacts: (facts: StreamFacts) => void;
  readonly onLine: (line: string) => void;
  readonly onSegment: (segment: LocalSegment, number: number) => Promise<void>;
}

/**
 * How a part ended. `replanned`: nothing was kept of it, and its tracks are known by now. `full`: there is no room for more
 * until the store has what is here.
 */
export interface PartEnd {
  readonly why: "over" | "silent" | "ended" | "replanned" | "full";
  readonly end: MediaEnd;
  readonly segments: number;
  /** Whether anything came from the source. */
  readonly heard: boolean;
}

export interface PartArgs {
  readonly task: Task;
  readonly source: OpenedSource;
  readonly folder: string;
  readonly facts: StreamFacts | undefined;
  /** Tracks without which there is no use in a recording: they are waited for. */
  readonly awaited: readonly EgressTrack[];
  readonly watch: PartWatch;
}

function samePlan(one: TrackPlan, other: TrackPlan): boolean {
  return one.video === other.video && one.audio === other.audio;
}

/** The closed segments so far. The playlist is replaced as a whole, so that it is never half written. */
export async function closedSegments(folder: string): Promise<LocalSegment[]> {
  try {
    return readLocalPlaylist(await readFile(`${folder}/${playlistName}`, "utf8"));
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
    throw error;
  }
}

/** When the playlist was replaced last: of hours of segments it is too long to be read five times a second. */
async function changedAt(folder: string): Promise<number> {
  const found = await stat(`${folder}/${playlistName}`).catch(() => undefined);
  return found?.mtimeMs ?? 0;
}

/** Aborts with the signal, or when the promise settles, whose rejection then counts as handled. */
function untilEndOf(ended: Promise<unknown>, signal: AbortSignal): AbortSignal {
  const over = new AbortController();
  const end = (): void => {
    over.abort();
  };
  ended.then(end, end);
  return AbortSignal.any([over.signal, signal]);
}

/** One run of ffmpeg: from its connection to the source until either side ends. */
class Part {
  readonly #args: PartArgs;
  #plan: TrackPlan;
  readonly #lines: string[] = [];
  #facts: StreamFacts | undefined;
  #knownMs = 0;
  #progress: Progress = { pictures: undefined, microseconds: undefined };
  #readMs = 0;
  #seen = 0;
  #heard = false;
  #end: MediaEnd | undefined;
  #why: PartEnd["why"] = "ended";

  constructor(args: PartArgs) {
    this.#args = args;
    this.#plan = this.#planFor(args.facts);
  }

  async run(): Promise<PartEnd> {
    const { folder, task, source } = this.#args;
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
    this.#plan = this.#planFor(await this.#toBeRead());
    const { inputArguments, environment, capture } = source;
    const { height } = task.lease;
    const asked = { inputArguments, plan: this.#plan, height, capture, folder };
    const process = startMedia([task.programs.ffmpeg, ...recordingArguments(asked)], {
      env: { PATH: task.programs.path, ...environment },
      onStdout: (chunk) => {
        this.#heed(chunk);
      },
      onErrorLine: (line) => {
        this.#learn(line);
        this.#args.watch.onLine(line);
      },
    });
    try {
      return await this.#follow(process);
    } finally {
      process.kill();
    }
  }

  /** What comes, where the source knows: an ffmpeg for other codecs would be ended, with what it had read by then. */
  async #toBeRead(): Promise<StreamFacts | undefined> {
    const { source, task, facts } = this.#args;
    if (source.codecs === undefined) return facts;
    const woken = untilEndOf(source.ended, task.signal);
    while (!woken.aborted && this.#goesOn()) {
      const codecs = source.codecs();
      if (codecs !== undefined) return { ...codecs, unsent: facts?.unsent ?? [] };
      await pause(startMs, woken);
    }
    return facts;
  }

  #planFor(facts: StreamFacts | undefined): TrackPlan {
    const { awaited, task } = this.#args;
    const { height, source } = task.lease;
    const { aac, expected } = sources[source.kind];
    const without = facts?.unsent.filter((track) => !awaited.includes(track)) ?? [];
    return planTracks(facts ?? expected, { height, aac, without });
  }

  async #follow(process: MediaProcess): Promise<PartEnd> {
    const { signal } = this.#args.task;
    const ended = process.ended.then((end) => {
      this.#end = end;
      return end;
    });
    // The wait for it below throws what it was rejected with.
    const woken = untilEndOf(ended, signal);
    while (!woken.aborted && this.#goesOn()) {
      await this.#look();
      if (await isNearlyFull(this.#args.folder)) {
        this.#why = "full";
        break;
      }
      await pause(lookMs, woken);
    }
    signal.throwIfAborted();
    const end = await this.#close(process, ended);
    // Without facts ffmpeg has ended before it knew the tracks.
    const isKept = this.#why !== "replanned";
    if (isKept) await this.#look();
    return { why: this.#why, end, segments: this.#seen, heard: this.#heard };
  }

  /** A process that is asked to end closes its segment; one that does not is killed, and loses it. */
  async #close(process: MediaProcess, ended: Promise<MediaEnd>): Promise<MediaEnd> {
    if (this.#end === undefined) {
      if (this.#why === "replanned") process.kill();
      else process.stop();
      const late = setTimeout(process.kill, closeMs);
      await ended.finally(() => {
        clearTimeout(late);
      });
    }
    return ended;
  }

  #goesOn(): boolean {
    const { watch } = this.#args;
    this.#missTracks();
    if (this.#facts && !samePlan(this.#plan, this.#planFor(this.#facts))) this.#why = "replanned";
    else if (watch.isOver()) this.#why = "over";
    else if (watch.isSilent() && !this.#mayBegin()) this.#why = "silent";
    else return true;
    return false;
  }

  async #look(): Promise<void> {
    const changedMs = await changedAt(this.#args.folder);
    if (changedMs === this.#readMs) return;
    const segments = await closedSegments(this.#args.folder);
    this.#readMs = changedMs;
    for (const segment of segments.slice(this.#seen)) {
      await this.#args.watch.onSegment(segment, this.#seen);
      this.#seen += 1;
    }
  }

  /** Pictures or time that go on are a sign of life; a report alone is none. */
  #heed(report: string): void {
    const now = readProgress(report);
    const { pictures, microseconds } = this.#progress;
    if (now === undefined) return;
    this.#progress = now;
    if (now.pictures === pictures && now.microseconds === microseconds) return;
    if (now.microseconds === undefined) return;
    this.#heard = true;
    this.#args.watch.onMedia();
  }

  #learn(line: string): void {
    if (this.#facts) return;
    this.#lines.push(line);
    const facts = readFacts(this.#lines);
    if (facts === undefined) return;
    this.#knownMs = performance.now();
    // What is left out is not looked for any more.
    this.#know(
      facts,
      egressTracks.filter((track) => this.#plan[track] === "drop"),
    );
  }

  #know(facts: StreamFacts, unsent: readonly EgressTrack[]): void {
    this.#facts = { ...facts, unsent: [...new Set([...facts.unsent, ...unsent])] };
    this.#args.watch.onFacts(this.#facts);
  }

  /** What receives its tracks itself says of each whether it came, and hands on silence where no sound comes. */
  #missTracks(): void {
    const facts = this.#facts;
    if (facts === undefined || sources[this.#args.task.lease.source.kind].persists) return;
    const known = { codecs: facts, plan: this.#plan, seconds: this.#knownSeconds };
    const track = unsentTrack(known, this.#progress);
    if (track !== undefined && !facts.unsent.includes(track)) this.#know(facts, [track]);
    const isUnsent = (one: EgressTrack): boolean =>
      this.#plan[one] === "drop" || !hasCome(one, this.#progress);
    const unsent = facts.unsent.filter(isUnsent);
    if (unsent.length < facts.unsent.length) this.#know({ ...facts, unsent }, []);
  }

  get #knownSeconds(): number {
    return (performance.now() - this.#knownMs) / 1000;
  }

  /** Whether ffmpeg may wait for sound alone. */
  #mayBegin(): boolean {
    return this.#facts !== undefined && !this.#heard && this.#knownSeconds <= patience.sound;
  }
}

export function recordPart(args: PartArgs): Promise<PartEnd> {
  return new Part(args).run();
}
