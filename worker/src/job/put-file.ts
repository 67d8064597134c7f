import { createReadStream } from "node:fs";
import { Agent, request } from "undici";
import type { Upload } from "../agent/worker-api.ts";

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

/** Sends a file to its presigned address; throws when the storage does not take it. */
export async function putFile(
  { url, headers }: Upload,
  { path, localPath, sizeBytes }: OutputFile & { readonly sizeBytes: number },
  signal: AbortSignal,
): Promise<void> {
  const { statusCode, body } = await request(url, {
    method: "PUT",
    dispatcher,
    headers: { ...headers, "content-length": String(sizeBytes) },
    body: createReadStream(localPath),
    signal,
  });
  const text = await body.text();
  if (statusCode >= 300) {
    throw new Error(`storage answered ${statusCode} for ${path}: ${text.slice(0, 300)}`);
  }
}
