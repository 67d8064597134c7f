import { open, type FileHandle } from "node:fs/promises";
import type { Dispatcher } from "undici";
import { slowestBytesPerSecond } from "@framewright/contracts/worker-api.ts";
import { pause } from "@framewright/runtime/clock.ts";
import { backoffMs } from "@framewright/runtime/retry.ts";
import { JobFailure, type FailureCode } from "../failure.ts";
import { fetchFailure, statusFailure } from "./fetch-failure.ts";
import { follow, type FollowArgs } from "./follow.ts";

export interface FetchArgs extends FollowArgs {
  readonly path: string;
  readonly maxBytes: number;
  readonly maxSeconds: number;
  /** Throws when a source of so many bytes, of which some are written, does not fit. */
  readonly requireSpace: (sourceBytes: number, writtenBytes: number) => Promise<void>;
  readonly onProgress: (receivedBytes: number, totalBytes: number | undefined) => void;
}

/** Failures after which the rest may still come. */
const passing: readonly FailureCode[] = [
  "source-unreachable",
  "source-unavailable",
  "source-interrupted",
];
/** Attempts that may bring nothing, one after the other. */
const fruitless = 5;
/** A source whose size is unknown must not fill the volume between two looks. */
const lookBytes = 64 * 1024 ** 2;
/** As for uploads (`download.ts`): so long nothing has to come. */
const graceMs = 120_000;

function headerOf({ headers }: Dispatcher.ResponseData, name: string): string | undefined {
  const value = headers[name];
  return typeof value === "string" ? value : undefined;
}

/** What tells one version of the file from another: a strong ETag, or else the time of its change (RFC 9110, 13.1.5). */
function validatorOf(answer: Dispatcher.ResponseData): string | undefined {
  const etag = headerOf(answer, "etag");
  if (etag === undefined) return headerOf(answer, "last-modified");
  return etag.startsWith("W/") ? undefined : etag;
}

function lengthOf(answer: Dispatcher.ResponseData): number | undefined {
  const length = headerOf(answer, "content-length");
  return length !== undefined && /^\d{1,15}$/.test(length) ? Number(length) : undefined;
}

function tooLarge(bytes: number | string, maxBytes: number): JobFailure {
  return new JobFailure("source-too-large", {
    note: `It has ${bytes} bytes; the limit is ${maxBytes}.`,
  });
}

function mayPass(failure: unknown): boolean {
  return failure instanceof JobFailure && passing.includes(failure.code);
}

/** One file on its way, over as many connections as it takes. */
class Transfer {
  readonly #args: FetchArgs;
  readonly #begun = performance.now();
  #received = 0;
  #total: number | undefined;
  #validator: string | undefined;
  #nextLook = 0;

  constructor(args: FetchArgs) {
    this.#args = args;
  }

  get received(): number {
    return this.#received;
  }

  /** Asks for what is missing and writes what comes, until the file is complete or the connection ends. */
  async once(): Promise<void> {
    const goesOn = this.#received > 0 && this.#validator !== undefined;
    const range = { range: `bytes=${this.#received}-`, "if-range": this.#validator ?? "" };
    const answer = await follow(this.#args, goesOn ? range : {});
    try {
      await this.#take(answer, goesOn);
    } finally {
      // Of an answer that was refused nothing more is wanted.
      answer.body.on("error", () => undefined).destroy();
    }
  }

  async #take(answer: Dispatcher.ResponseData, goesOn: boolean): Promise<void> {
    this.#begin(answer, goesOn);
    const { path, maxBytes } = this.#args;
    const total = this.#total;
    if (total !== undefined && total > maxBytes) throw tooLarge(total, maxBytes);
    const file = await open(path, this.#received === 0 ? "w" : "a");
    const chunks: AsyncIterable<Buffer> = answer.body;
    try {
      for await (const chunk of chunks) await this.#write(file, chunk);
    } finally {
      await file.close();
    }
    if (total === undefined || this.#received === total) return;
    const note = `${this.#received} of ${total} bytes came.`;
    throw new JobFailure("source-interrupted", { note });
  }

  #begin(answer: Dispatcher.ResponseData, goesOn: boolean): void {
    const { statusCode } = answer;
    if (statusCode === 206 && goesOn) this.#requireSame(answer);
    else if (statusCode === 200) this.#startOver(answer);
    else if (statusCode === 416 && goesOn) throw this.#changed();
    else throw statusFailure(statusCode);
  }

  #startOver(answer: Dispatcher.ResponseData): void {
    this.#received = 0;
    this.#nextLook = 0;
    this.#total = lengthOf(answer);
    this.#validator = validatorOf(answer);
  }

  /** The rest must be of the same file, from exactly where the first part ended. */
  #requireSame(answer: Dispatcher.ResponseData): void {
    const range = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(headerOf(answer, "content-range") ?? "");
    const [, from, total] = range ?? [];
    const etag = headerOf(answer, "etag");
    const sameFrom = Number(from) === this.#received;
    const sameTotal = this.#total === undefined || total === String(this.#total);
    const sameTag =
      etag === undefined || etag === this.#validator || !this.#validator?.startsWith('"');
    if (!sameFrom || !sameTotal || !sameTag) throw this.#changed();
  }

  /** The next request is for the whole file. */
  #changed(): JobFailure {
    this.#validator = undefined;
    return new JobFailure("source-interrupted", { note: "It changed while it was read." });
  }

  async #write(file: FileHandle, chunk: Buffer): Promise<void> {
    const { maxBytes, requireSpace, onProgress } = this.#args;
    const after = this.#received + chunk.length;
    if (after > maxBytes) throw tooLarge(`more than ${maxBytes}`, maxBytes);
    if (after > this.#nextLook) {
      await requireSpace(this.#total ?? after, this.#received);
      this.#nextLook = this.#total ?? after + lookBytes;
    }
    await file.appendFile(chunk);
    this.#received = after;
    this.#requirePace();
    onProgress(after, this.#total);
  }

  #requirePace(): void {
    const allowedMs = Math.max(graceMs, (this.#received / slowestBytesPerSecond) * 1000);
    if (performance.now() - this.#begun <= allowedMs) return;
    const note = `It came slower than ${slowestBytesPerSecond} bytes per second.`;
    throw new JobFailure("source-timeout", { note });
  }
}

/**
 * Writes the file at a stranger's URL to scratch and gives its size. After a cut it asks for the rest, as long as each
 * connection brings something and the file is still the same.
 */
export async function fetchSource(args: FetchArgs): Promise<number> {
  const late = AbortSignal.timeout(args.maxSeconds * 1000);
  const signal = AbortSignal.any([args.signal, late]);
  const transfer = new Transfer({ ...args, signal });
  let farthest = 0;
  for (let vain = 0; ;) {
    try {
      await transfer.once();
      return transfer.received;
    } catch (error) {
      args.signal.throwIfAborted();
      if (late.aborted) {
        const note = `It was not complete after ${args.maxSeconds} s.`;
        throw new JobFailure("source-timeout", { note, cause: error });
      }
      const failure = fetchFailure(error);
      vain = transfer.received > farthest ? 1 : vain + 1;
      farthest = Math.max(farthest, transfer.received);
      if (vain >= fruitless || !mayPass(failure)) throw failure;
      await pause(backoffMs(vain - 1, 500, 8000), signal);
    }
  }
}
