import { createReadStream } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { Readable } from "node:stream";
import { snapshotArguments } from "../media/arguments.ts";
import { runTool } from "../media/run-tool.ts";
import { storeFiles, type ClosedSegment } from "./segment-store.ts";
import { StoringQueue } from "./storing-queue.ts";
import type { Task } from "./task.ts";

const defaultWidth = 640;

async function* joined(paths: readonly string[]): AsyncGenerator<Buffer> {
  for (const path of paths) {
    for await (const chunk of createReadStream(path)) yield Buffer.from(chunk);
  }
}

interface Picture {
  readonly path: string;
  readonly localPath: string;
  readonly atSeconds: number;
}

/** Makes pictures of closed segments. One that fails is a warning, and never the end of a recording. */
export class Snapshots {
  readonly #task: Task;
  readonly #queue: StoringQueue<Picture>;
  #nextSeconds: number;
  readonly warnings = new Set<string>();

  /** @param fromSeconds of the recording: what is before was dealt with by whoever recorded it */
  constructor(task: Task, fromSeconds: number) {
    this.#task = task;
    this.#queue = new StoringQueue(task, (batch) => this.#store(batch));
    const { everySeconds = Infinity } = task.lease.snapshots ?? {};
    this.#nextSeconds =
      fromSeconds === 0 ? 0 : Math.ceil(fromSeconds / everySeconds) * everySeconds;
  }

  /** @param atSeconds where the segment begins in the recording */
  async of(closed: ClosedSegment, atSeconds: number): Promise<void> {
    const wanted = this.#task.lease.snapshots;
    if (wanted === undefined || atSeconds + closed.segment.seconds <= this.#nextSeconds) return;
    while (this.#nextSeconds < atSeconds + closed.segment.seconds) {
      this.#nextSeconds += wanted.everySeconds;
    }
    try {
      const width = wanted.width ?? defaultWidth;
      this.#queue.add(await this.#make(closed, { atSeconds, width }));
    } catch (error) {
      this.#task.signal.throwIfAborted();
      this.#task.log.warn({ err: error, atSeconds }, "a snapshot could not be made");
      this.warnings.add("Some snapshots could not be made");
    }
  }

  /** Resolves when everything is stored; throws where the task is lost. */
  drained(): Promise<void> {
    return this.#queue.drained();
  }

  async #make(
    { folder, segment }: ClosedSegment,
    { atSeconds, width }: { readonly atSeconds: number; readonly width: number },
  ): Promise<Picture> {
    const { scratch, programs, signal } = this.#task;
    await mkdir(`${scratch}/snapshots`, { recursive: true });
    const name = `${String(Math.round(atSeconds * 1000)).padStart(9, "0")}.jpg`;
    const localPath = `${scratch}/snapshots/${name}`;
    const stdin = Readable.from(joined([`${folder}/init.mp4`, `${folder}/${segment.name}`]));
    const args = snapshotArguments(width, localPath);
    await runTool(programs, { tool: "ffmpeg", args, signal, stdin });
    return { path: `snapshots/${name}`, localPath, atSeconds };
  }

  async #store(batch: readonly Picture[]): Promise<void> {
    const { api, lease } = this.#task;
    const stored = await storeFiles(this.#task, batch);
    const bytes = new Map(stored.map(({ path, sizeBytes }) => [path, sizeBytes]));
    const pictures = batch.map(({ path, atSeconds }) => {
      return { path, bytes: bytes.get(path) ?? 1, atSeconds };
    });
    await api.pictures(lease, pictures);
    await Promise.all(batch.map(({ localPath }) => rm(localPath, { force: true })));
  }
}
