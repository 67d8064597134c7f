import { createWriteStream } from "node:fs";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { Agent, request } from "undici";
import { slowestBytesPerSecond } from "@framewright/contracts/worker-api.ts";
import { retry } from "@framewright/runtime/retry.ts";
import { redact } from "../public-text.ts";
import { JobFailure } from "../failure.ts";

const dispatcher = new Agent({ connect: { timeout: 5000 }, bodyTimeout: 30_000 });
const minTimeoutMs = 120_000;

export interface DownloadArgs {
  readonly url: string;
  readonly sizeBytes: number;
  readonly maxBytes: number;
  readonly path: string;
  readonly signal: AbortSignal;
}

/** Counts, and stops at the stated size: the stored object may be swapped while it is read. */
function sizeGate(expected: number): Transform {
  let seen = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, next) {
      seen += chunk.length;
      if (seen > expected)
        next(new JobFailure("download-failed", { note: "The object grew while it was read." }));
      else next(null, chunk);
    },
    flush(next) {
      const note = `${seen} of ${expected} bytes came.`;
      if (seen < expected) next(new JobFailure("download-failed", { note }));
      else next();
    },
  });
}

async function fetchOnce(args: DownloadArgs, signal: AbortSignal): Promise<void> {
  const { statusCode, body } = await request(args.url, { dispatcher, signal });
  if (statusCode !== 200) {
    const detail = redact((await body.text()).slice(0, 1000));
    throw new JobFailure("download-failed", { note: `Storage answered ${statusCode}.`, detail });
  }
  await pipeline(body, sizeGate(args.sizeBytes), createWriteStream(args.path), { signal });
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
