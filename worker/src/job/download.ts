import { createWriteStream } from "node:fs";
import { writeFile } from "node:fs/promises";
import { Writable } from "node:stream";
import { Agent, stream } from "undici";
import { slowestBytesPerSecond } from "@framewright/contracts/worker-api.ts";
import { retry } from "@framewright/runtime/retry.ts";
import { redact } from "../public-text.ts";
import { JobFailure } from "../failure.ts";
import { sideBySide } from "./side-by-side.ts";

const dispatcher = new Agent({ connect: { timeout: 5000 }, bodyTimeout: 30_000 });
const minTimeoutMs = 120_000;
/** Of what came so much is written at once: a megabyte takes half the CPU time of the usual 64 KiB. */
const writeBytes = 1024 ** 2;
/**
 * One connection to S3 carries 85 to 90 MB/s, whatever the network could (its guide to performance says to ask for ranges
 * of 8 or 16 MB side by side); so parts of larger objects come over a few.
 */
const bytesOfPart = 16 * 1024 ** 2;
const partsAtOnce = 4;

export interface DownloadArgs {
  readonly url: string;
  readonly sizeBytes: number;
  readonly maxBytes: number;
  readonly path: string;
  readonly signal: AbortSignal;
  /** What one request asks for at most; by default 16 MiB. */
  readonly partBytes?: number;
}

/** From the first byte to the one after the last. */
type Part = readonly [from: number, to: number];

function partsOf({ sizeBytes, partBytes = bytesOfPart }: DownloadArgs): Part[] {
  const count = Math.max(1, Math.ceil(sizeBytes / partBytes));
  return Array.from({ length: count }, (_, index) => [
    index * partBytes,
    Math.min(sizeBytes, (index + 1) * partBytes),
  ]);
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

interface Fetched extends DownloadArgs {
  /** Of the first answer; those of the others must be of the same object. */
  etag?: string;
}

type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** Throws if an answer is not about the object that was uploaded, or not about the one that came before. */
function requireSameObject(args: Fetched, isWhole: boolean, headers: Headers): void {
  const total = isWhole
    ? headers["content-length"]
    : /\/(\d+)$/.exec(String(headers["content-range"]))?.[1];
  requireSize(Number(total ?? 0), args.sizeBytes);
  const etag = String(headers["etag"]);
  args.etag ??= etag;
  if (etag === args.etag) return;
  throw new JobFailure("download-failed", { note: "The object changed while it was read." });
}

async function fetchPart(args: Fetched, [from, to]: Part, signal: AbortSignal): Promise<void> {
  const isWhole = to - from === args.sizeBytes;
  const expected = isWhole ? 200 : 206;
  const headers = isWhole ? {} : { range: `bytes=${from}-${to - 1}` };
  const refusal = new Refusal();
  let status = 0;
  // Straight into the file: a readable in between would cost as much CPU again as the writing.
  await stream(args.url, { method: "GET", dispatcher, signal, headers }, (answer) => {
    status = answer.statusCode;
    if (status !== expected) return refusal;
    requireSameObject(args, isWhole, answer.headers);
    return createWriteStream(args.path, { flags: "r+", start: from, highWaterMark: writeBytes });
  });
  if (status === expected) return;
  const detail = redact(refusal.text.slice(0, 1000));
  throw new JobFailure("download-failed", { note: `Storage answered ${status}.`, detail });
}

/** Each part is tried again by itself; the first that fails for good ends the others. */
async function fetchParts(args: DownloadArgs, signal: AbortSignal): Promise<void> {
  const failed = new AbortController();
  const both = AbortSignal.any([signal, failed.signal]);
  const options = { signal: both, attempts: 5, firstMs: 500, limitMs: 8000, retryable: () => true };
  const fetched: Fetched = { ...args };
  await writeFile(args.path, "");
  await sideBySide(partsOf(args), partsAtOnce, (part) =>
    retry(() => fetchPart(fetched, part, both), options).catch((error: unknown) => {
      failed.abort(error);
      throw error;
    }),
  );
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
  try {
    await fetchParts(args, signal);
  } catch (error) {
    args.signal.throwIfAborted();
    throw asFailure(error, slow.aborted);
  }
}
