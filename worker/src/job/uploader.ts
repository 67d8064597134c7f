import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { mediaTypeOf } from "@framewright/contracts/media-type.ts";
import { pause } from "@framewright/runtime/clock.ts";
import { backoffMs, retry } from "@framewright/runtime/retry.ts";
import { inSpan } from "@framewright/runtime/tracing/tracing.ts";
import { ApiUnreachable } from "../agent/http.ts";
import type { Upload, UploadFile } from "../agent/worker-api.ts";
import { redact } from "../public-text.ts";
import { JobFailure, Stopped } from "../failure.ts";
import type { OutputFile, putFile } from "./put-file.ts";

const concurrency = 4;
/** With pauses of up to 8 s these bridge about half a minute of a storage that is away. */
const maxTries = 7;
const maxBatch = 100;

export interface UploaderArgs {
  /** Asks for presigned addresses; nothing when the attempt is no longer ours. */
  readonly sign: (files: UploadFile[]) => Promise<Upload[] | undefined>;
  readonly put: typeof putFile;
  /** Throws when the lease may have run out: nothing is written then. */
  readonly assertHeld: () => void;
  readonly signal: AbortSignal;
  readonly onBytes: (bytes: number) => void;
}

interface Item extends OutputFile {
  readonly sizeBytes: number;
  readonly md5: string;
  readonly tries: number;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** In base64, as in the header Content-MD5. */
async function md5Of(path: string): Promise<string> {
  const hash = createHash("md5");
  await pipeline(createReadStream(path), hash);
  return hash.digest("base64");
}

/** Stores files through presigned addresses, several at a time, while more are still being made. */
export class Uploader {
  readonly #args: UploaderArgs;
  readonly #waiting: Item[] = [];
  #busy = 0;
  #signing = false;
  #pending: Promise<void>[] = [];
  readonly #failed = new AbortController();

  constructor(args: UploaderArgs) {
    this.#args = args;
  }

  /** Fires with the first failure, so that no more is made that cannot be stored. */
  get failed(): AbortSignal {
    return this.#failed.signal;
  }

  /** Queues a file; the promise of `drained` covers it. */
  async add(file: OutputFile): Promise<void> {
    const [{ size }, md5] = await Promise.all([stat(file.localPath), md5Of(file.localPath)]);
    const stored = new Promise<void>((resolve, reject) => {
      this.#waiting.push({ ...file, sizeBytes: size, md5, tries: 0, resolve, reject });
    });
    stored.catch((error: unknown) => {
      this.#failed.abort(error);
    });
    this.#pending.push(stored);
    this.#pump();
  }

  /** Resolves when everything added so far is stored; rejects with the first failure. */
  async drained(): Promise<void> {
    await Promise.all(this.#pending);
    this.#pending = [];
  }

  #pump(): void {
    if (this.#signing || this.#waiting.length === 0 || this.#busy >= concurrency) return;
    this.#signing = true;
    // What becomes ready in the same moment shares one request for addresses.
    setImmediate(() => {
      const batch = this.#waiting.splice(0, maxBatch);
      void this.#process(batch);
    });
  }

  async #process(batch: Item[]): Promise<void> {
    try {
      const uploads = await this.#sign(batch);
      const queue = batch.map((item, index) => ({ item, upload: uploads[index] }));
      this.#signing = false;
      const lane = async (): Promise<void> => {
        for (let next = queue.shift(); next; next = queue.shift()) {
          const { item, upload } = next;
          const facts = { "file.path": item.path, "file.bytes": item.sizeBytes };
          await inSpan("upload", { kind: "client", facts }, () => this.#store(item, upload));
        }
      };
      const lanes = Math.min(concurrency, queue.length);
      this.#busy += lanes;
      await Promise.all(
        Array.from({ length: lanes }, () =>
          lane().finally(() => {
            this.#busy -= 1;
            this.#pump();
          }),
        ),
      );
    } catch (error) {
      this.#signing = false;
      batch.forEach((item) => {
        item.reject(error);
      });
    }
  }

  async #sign(batch: readonly Item[]): Promise<Upload[]> {
    const files = batch.map(({ path, sizeBytes, md5 }) => ({
      path,
      sizeBytes,
      md5,
      contentType: mediaTypeOf(path),
    }));
    const sign = async (): Promise<Upload[]> => {
      this.#args.assertHeld();
      const uploads = await this.#args.sign(files);
      if (!uploads) throw new Stopped("lost");
      return uploads;
    };
    return retry(sign, {
      signal: this.#args.signal,
      // The lease decides how long the API may be away, not a count.
      attempts: Number.POSITIVE_INFINITY,
      firstMs: 300,
      limitMs: 5000,
      retryable: (error) => error instanceof ApiUnreachable,
    });
  }

  async #store(item: Item, upload: Upload | undefined): Promise<void> {
    try {
      if (upload?.path !== item.path) throw new Error(`no address came for ${item.path}`);
      this.#args.assertHeld();
      await this.#args.put(upload, item, this.#args.signal);
      this.#args.onBytes(item.sizeBytes);
      item.resolve();
    } catch (error) {
      await this.#again(item, error);
    }
  }

  /** A refused address may have expired: each new try asks for a new one. */
  async #again(item: Item, error: unknown): Promise<void> {
    const final = error instanceof Stopped || error instanceof JobFailure;
    if (final || this.#args.signal.aborted) {
      item.reject(error);
    } else if (item.tries + 1 >= maxTries) {
      const note = error instanceof Error ? redact(error.message) : "";
      item.reject(new JobFailure("upload-failed", { note, cause: error }));
    } else {
      await pause(backoffMs(item.tries, 300, 8000), this.#args.signal);
      this.#waiting.push({ ...item, tries: item.tries + 1 });
    }
  }
}
