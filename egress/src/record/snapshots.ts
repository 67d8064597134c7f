import { createReadStream } from "node:fs";
import { mkdir, rm, stat } from "node:fs/promises";
import { Readable } from "node:stream";
import { snapshotArguments } from "../media/arguments.ts";
import { runTool } from "../media/run-tool.ts";
import { TaskLost } from "../recorder-api.ts";
import { storeFiles, type ClosedSegment } from "./segment-store.ts";
import type { Task } from "./task.ts";

const defaultWidth = 640;

async function* joined(paths: readonly string[]): AsyncGenerator<Buffer> {
  for (const path of paths) {
    for await (const chunk of createReadStream(path)) yield Buffer.from(chunk);
  }
}

/** Makes pictures of closed segments. One that fails is a warning, and never the end of a recording. */
export class Snapshots {
  readonly #task: Task;
  #nextSeconds: number;
  readonly warnings = new Set<string>();

  /** @param fromSeconds of the recording: what is before was dealt with by whoever recorded it */
  constructor(task: Task, fromSeconds: number) {
    this.#task = task;
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
      await this.#make(closed, { atSeconds, width: wanted.width ?? defaultWidth });
    } catch (error) {
      if (error instanceof TaskLost || this.#task.signal.aborted) throw error;
      this.#task.log.warn({ err: error, atSeconds }, "a snapshot could not be made");
      this.warnings.add("Some snapshots could not be made");
    }
  }

  async #make(
    { folder, segment }: ClosedSegment,
    { atSeconds, width }: { readonly atSeconds: number; readonly width: number },
  ): Promise<void> {
    const { scratch, programs, signal, api, lease } = this.#task;
    await mkdir(`${scratch}/snapshots`, { recursive: true });
    const name = `${String(Math.round(atSeconds * 1000)).padStart(9, "0")}.jpg`;
    const localPath = `${scratch}/snapshots/${name}`;
    const stdin = Readable.from(joined([`${folder}/init.mp4`, `${folder}/${segment.name}`]));
    await runTool(programs, {
      ...{ tool: "ffmpeg", signal, stdin },
      args: snapshotArguments(width, localPath),
    });
    const path = `snapshots/${name}`;
    await storeFiles(this.#task, [{ path, localPath }]);
    const { size: bytes } = await stat(localPath);
    await api.pictures(lease, [{ path, bytes, atSeconds }]);
    await rm(localPath);
  }
}
