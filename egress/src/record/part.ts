import { mkdir, readFile, rm, stat } from "node:fs/promises";
import { pause } from "@framewright/runtime/clock.ts";
import {
  planTracks,
  playlistName,
  recordingArguments,
  type TrackPlan,
} from "../media/arguments.ts";
import { readLocalPlaylist, type LocalSegment } from "../media/local-playlist.ts";
import { readFacts, type StreamFacts } from "../media/stream-facts.ts";
import { startMedia, type MediaEnd, type MediaProcess } from "../processes.ts";
import type { OpenedSource } from "../sources/opened-source.ts";
import { sources } from "../sources/source.ts";
import { isNearlyFull } from "./free-space.ts";
import type { Task } from "./task.ts";

const lookMs = 200;
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

/** One run of ffmpeg: from its connection to the source until either side ends. */
class Part {
  readonly #args: PartArgs;
  readonly #plan: TrackPlan;
  readonly #lines: string[] = [];
  #facts: StreamFacts | undefined;
  #progress = "";
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

  #planFor(facts: StreamFacts | undefined): TrackPlan {
    const { height, source } = this.#args.task.lease;
    const { aac, expected } = sources[source.kind];
    return planTracks(facts ?? expected, { height, aac });
  }

  async #follow(process: MediaProcess): Promise<PartEnd> {
    const { signal } = this.#args.task;
    const over = new AbortController();
    const ended = process.ended.then((end) => {
      this.#end = end;
      over.abort();
      return end;
    });
    // Told by the wait for it below; until then no rejection is unhandled.
    ended.catch(() => {
      over.abort();
    });
    const woken = AbortSignal.any([over.signal, signal]);
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
    if (this.#facts && !samePlan(this.#plan, this.#planFor(this.#facts))) this.#why = "replanned";
    else if (watch.isOver()) this.#why = "over";
    else if (watch.isSilent()) this.#why = "silent";
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
    const figures = report.match(/^(frame|out_time_us)=.*$/gm) ?? [];
    const now = figures.slice(-2).join(" ");
    if (now === "" || now === this.#progress) return;
    this.#progress = now;
    if (/out_time_us=N\/A/.test(now)) return;
    this.#heard = true;
    this.#args.watch.onMedia();
  }

  #learn(line: string): void {
    if (this.#facts) return;
    this.#lines.push(line);
    this.#facts = readFacts(this.#lines);
    if (this.#facts) this.#args.watch.onFacts(this.#facts);
  }
}

export function recordPart(args: PartArgs): Promise<PartEnd> {
  return new Part(args).run();
}
