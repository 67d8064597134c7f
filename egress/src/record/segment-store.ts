import { stat, unlink } from "node:fs/promises";
import type { EgressOrders, EgressSegment } from "@framewright/contracts/recorder-api.ts";
import type { LocalSegment } from "../media/local-playlist.ts";
import { StoringQueue } from "./storing-queue.ts";
import { announced, describeFile, putFile, type OutputFile } from "./store.ts";
import type { Task } from "./task.ts";

/** A closed segment and where it is. */
export interface ClosedSegment {
  readonly part: number;
  readonly number: number;
  readonly folder: string;
  readonly segment: LocalSegment;
}

const parallel = 4;

function segmentFile({ part, folder, segment }: ClosedSegment): OutputFile {
  return { path: `p${part}/${segment.name}`, localPath: `${folder}/${segment.name}` };
}

function initFile({ part, folder }: ClosedSegment): OutputFile {
  return { path: `p${part}/init.mp4`, localPath: `${folder}/init.mp4` };
}

/** Stores the files at once, several at a time; returns once the store has confirmed all. */
export async function storeFiles(task: Task, files: readonly OutputFile[]) {
  const described = await Promise.all(files.map(describeFile));
  const uploads = await task.api.uploads(task.lease, described.map(announced));
  const queue = described.map((file, index) => ({ file, upload: uploads[index] }));
  const lane = async (): Promise<void> => {
    for (let next = queue.shift(); next; next = queue.shift()) {
      if (!next.upload) throw new Error(`no address came for ${next.file.path}`);
      await putFile(next.upload, next.file, task);
    }
  };
  await Promise.all(Array.from({ length: parallel }, lane));
  return described;
}

/**
 * Stores segments in their order while more are made. A segment's file is removed once the store has it and the API knows
 * of it, so that a store or an API that is away loses nothing.
 */
export class SegmentStore {
  readonly #task: Task;
  readonly #onOrders: (orders: EgressOrders) => void;
  readonly #queue: StoringQueue<ClosedSegment>;
  readonly #initBytes = new Map<number, number>();
  #bytes = 0;

  constructor(task: Task, onOrders: (orders: EgressOrders) => void) {
    this.#task = task;
    this.#onOrders = onOrders;
    this.#queue = new StoringQueue(task, (batch) => this.#store(batch));
  }

  add(segment: ClosedSegment): void {
    this.#queue.add(segment);
  }

  /** Of the segments that are stored. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Resolves when everything is stored; throws where the task is lost. */
  drained(): Promise<void> {
    return this.#queue.drained();
  }

  async #store(batch: readonly ClosedSegment[]): Promise<void> {
    const newInits = batch.filter(
      ({ part }, index) =>
        !this.#initBytes.has(part) && batch.findIndex((one) => one.part === part) === index,
    );
    const stored = await storeFiles(this.#task, [
      ...newInits.map(initFile),
      ...batch.map(segmentFile),
    ]);
    for (const init of newInits) {
      this.#initBytes.set(init.part, (await stat(initFile(init).localPath)).size);
    }
    const sizes = new Map(stored.map(({ path, sizeBytes }) => [path, sizeBytes]));
    const { api, lease } = this.#task;
    this.#onOrders(
      await api.segments(
        lease,
        batch.map((one) => this.#report(one, sizes)),
      ),
    );
    for (const one of batch) this.#bytes += sizes.get(segmentFile(one).path) ?? 0;
    await Promise.all(batch.map((one) => unlink(segmentFile(one).localPath)));
  }

  #report(closed: ClosedSegment, sizes: ReadonlyMap<string, number>): EgressSegment {
    const { part, number, segment } = closed;
    const { path } = segmentFile(closed);
    return {
      ...{ part, number, path, initPath: initFile(closed).path },
      initBytes: this.#initBytes.get(part) ?? 1,
      seconds: segment.seconds,
      bytes: sizes.get(path) ?? 1,
      at: segment.at.toISOString(),
    };
  }
}
