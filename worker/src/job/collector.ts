import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { measureSegment, type SegmentMeasure } from "../media/fragment.ts";
import { parseInit, type TrackInit } from "../media/init-segment.ts";
import { initUri, segmentUri, type Track } from "../media/tracks.ts";
import type { OutputFile } from "./put-file.ts";

/** ffmpeg appends the variant's number to the name where there are several. */
const initPattern = /^init(_\d+)?\.mp4$/;

interface Folder {
  readonly name: string;
  init: { readonly track: TrackInit; readonly file: string; readonly bytes: number } | undefined;
  readonly segments: SegmentMeasure[];
}

/** A track has its first segment: it can be looked at while the rest is still being encoded. */
export interface TrackBegun {
  readonly name: string;
  readonly initPath: string;
  readonly segmentPath: string;
}

export interface CollectorArgs {
  readonly outputDir: string;
  readonly folders: readonly string[];
  readonly onFile: (file: OutputFile) => Promise<void>;
  readonly onBegun: (track: TrackBegun) => void;
  readonly onSegment: (name: string, index: number) => void;
}

/**
 * Finds segments as the encoder closes them. The muxer writes to `*.tmp` and renames, so that a
 * file with its final name is complete; the initialisation segment is written before the first.
 */
export class Collector {
  readonly #args: CollectorArgs;
  readonly #folders: Folder[];
  #scanning: Promise<void> = Promise.resolve();

  constructor(args: CollectorArgs) {
    this.#args = args;
    this.#folders = args.folders.map((name) => ({ name, init: undefined, segments: [] }));
  }

  /** Looks once over all folders; calls queue up, so that no file is taken twice. */
  scan(): Promise<void> {
    this.#scanning = this.#scanning.then(async () => {
      await Promise.all(this.#folders.map((folder) => this.#scanFolder(folder)));
    });
    return this.#scanning;
  }

  tracks(): Track[] {
    return this.#folders.flatMap(({ name, init, segments }) =>
      init ? [{ name, init: init.track, initBytes: init.bytes, segments }] : [],
    );
  }

  async #scanFolder(folder: Folder): Promise<void> {
    const { outputDir, onFile, onBegun, onSegment } = this.#args;
    const dir = join(outputDir, folder.name);
    const present = new Set(await readdir(dir));
    const next = (): string => segmentUri(folder.segments.length);
    while (present.has(next())) {
      const localPath = join(dir, next());
      const first = folder.segments.length === 0;
      if (first) await this.#takeInit(folder, [...present]);
      folder.segments.push(await measureSegment(localPath, folder.init?.track.codec));
      const index = folder.segments.length - 1;
      if (first && folder.init) {
        onBegun({ name: folder.name, initPath: folder.init.file, segmentPath: localPath });
      }
      await onFile({ path: `${folder.name}/${segmentUri(index)}`, localPath });
      onSegment(folder.name, index);
    }
  }

  async #takeInit(folder: Folder, present: readonly string[]): Promise<void> {
    const name = present.find((file) => initPattern.test(file));
    if (!name) throw new Error(`${folder.name} has a segment but no initialisation segment`);
    const file = join(this.#args.outputDir, folder.name, name);
    const data = await readFile(file);
    Object.assign(folder, { init: { track: parseInit(data), file, bytes: data.length } });
    await this.#args.onFile({ path: `${folder.name}/${initUri}`, localPath: file });
  }
}
