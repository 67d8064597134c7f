import { createWriteStream } from "node:fs";
import { Writable } from "node:stream";
import { Agent, stream } from "undici";
import { slowestBytesPerSecond } from "@framewright/contracts/worker-api.ts";
import { retry } from "@framewright/runtime/retry.ts";
import { redact } from "../public-text.ts";
import { JobFailure } from "../failure.ts";

const dispatcher = new Agent({ connect: { timeout: 5000 }, bodyTimeout: 30_000 });
const minTimeoutMs = 120_000;
/** Of what came so much is written at once: a megabyte takes half the CPU time of the usual 64 KiB. */
const writeBytes = 1024 ** 2;

export interface DownloadArgs {
  readonly url: string;
  readonly sizeBytes: number;
  readonly maxBytes: number;
  readonly path: string;
  readonly signal: AbortSignal;
}

/** The stored object may be swapped between the upload and this moment. Undici ends an answer that has not the bytes it states. */
function requireSize(stated: number, expected: number): void {
  if (stated === expected) return;
  const note =
    stated > expected
      ? "The object grew while it was read."
      : `${stated} of ${expected} bytes came.`;
  throw new JobFailure("download-failed", { note });
}

/** What the store says in place of the object; its first words are enough. */
class Refusal extends Writable {
  text = "";

  override _write(chunk: Buffer, _encoding: BufferEncoding, next: () => void): void {
    if (this.text.length < 1000) this.text += chunk.toString();
    next();
  }
}

async function fetchOnce(args: DownloadArgs, signal: AbortSignal): Promise<void> {
  const refusal = new Refusal();
  let status = 0;
  // Straight into the file: a readable in between would cost as much CPU again as the writing.
  await stream(args.url, { method: "GET", dispatcher, signal }, ({ statusCode, headers }) => {
    status = statusCode;
    if (statusCode !== 200) return refusal;
    requireSize(Number(headers["content-length"] ?? 0), args.sizeBytes);
    return createWriteStream(args.path, { highWaterMark: writeBytes });
  });
  if (status === 200) return;
  const detail = redact(refusal.text.slice(0, 1000));
  throw new JobFailure("download-failed", { note: `Storage answered ${status}.`, detail });
}

function asFailure(error: unknown, slow: boolean): unknown {
  if (slow) return new JobFailure("download-too-slow", { cause: error });
  if (error instanceof JobFailure) return error;
  if (error instanceof Error && "code" in error && error.code === "ENOSPC") return error;
  const note = error instanceof Error ? redact(error.message) : "";
  return new JobFailure("download-failed", { note, cause: error });
}

/** Streams the source to scratch, within a limit of size and of time. */
export async function downloadSource(args: DownloadArgs): Promise<void> {
  if (args.sizeBytes > args.maxBytes) {
    const note = `It has ${args.sizeBytes} bytes; the limit is ${args.maxBytes}.`;
    throw new JobFailure("source-too-large", { note });
  }
  const limitMs = Math.max(minTimeoutMs, Math.ceil(args.sizeBytes / slowestBytesPerSecond) * 1000);
  const slow = AbortSignal.timeout(limitMs);
  const signal = AbortSignal.any([args.signal, slow]);
  const options = { signal, attempts: 5, firstMs: 500, limitMs: 8000 };
  try {
    await retry(() => fetchOnce(args, signal), { ...options, retryable: () => true });
  } catch (error) {
    args.signal.throwIfAborted();
    throw asFailure(error, slow.aborted);
  }
}
