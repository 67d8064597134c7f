import { createReadStream } from "node:fs";
import { Agent, request } from "undici";
import type { Upload } from "../agent/worker-api.ts";
import { JobFailure } from "../failure.ts";

const dispatcher = new Agent({
  connect: { timeout: 5000 },
  headersTimeout: 60_000,
  bodyTimeout: 60_000,
});

/** A complete file on disk and its path under the attempt's prefix. */
export interface OutputFile {
  readonly path: string;
  readonly localPath: string;
}

type SizedFile = OutputFile & { readonly sizeBytes: number };

/**
 * Nothing is overwritten, so that an upload whose answer got lost meets its own file at the next try. The store has
 * compared the bytes with the signed MD5 by then; another size is another file.
 */
async function requireStored(
  check: string,
  { path, sizeBytes }: SizedFile,
  signal: AbortSignal,
): Promise<void> {
  const { statusCode, headers, body } = await request(check, {
    method: "HEAD",
    dispatcher,
    signal,
  });
  await body.dump();
  const stored = Number(headers["content-length"]);
  if (statusCode !== 200 || Number.isNaN(stored)) {
    throw new Error(`storage answered ${statusCode} to a look at ${path}`);
  }
  if (stored === sizeBytes) return;
  const note = `${path} has ${sizeBytes} bytes; the store has ${stored} under this name.`;
  throw new JobFailure("output-differs", { note });
}

/** Sends a file to its presigned address; throws when the storage does not take it. */
export async function putFile(
  { url, headers, check }: Upload,
  file: SizedFile,
  signal: AbortSignal,
): Promise<void> {
  const { path, localPath, sizeBytes } = file;
  const { statusCode, body } = await request(url, {
    method: "PUT",
    dispatcher,
    headers: { ...headers, "content-length": String(sizeBytes) },
    body: createReadStream(localPath),
    signal,
  });
  const text = await body.text();
  if (statusCode === 412 && check !== undefined) {
    await requireStored(check, file, signal);
  } else if (statusCode >= 300) {
    throw new Error(`storage answered ${statusCode} for ${path}: ${text.slice(0, 300)}`);
  }
}
