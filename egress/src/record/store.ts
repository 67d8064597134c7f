import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { Agent, ProxyAgent, request, type Dispatcher } from "undici";
import { mediaTypeOf } from "@framewright/contracts/media-type.ts";
import type { UploadsRequest, UploadsResponse } from "@framewright/contracts/worker-api.ts";

/** How the store is reached: directly, or by a proxy where it is outside. */
export function wayToStore(proxy: string | undefined): Dispatcher {
  const patience = { connect: { timeout: 5000 }, headersTimeout: 60_000, bodyTimeout: 60_000 };
  return proxy === undefined ? new Agent(patience) : new ProxyAgent({ ...patience, uri: proxy });
}

/** What a call to the store goes by. */
export interface StoreCall {
  readonly store: Dispatcher;
  readonly signal: AbortSignal;
}

/** A complete file on disk and its path under the attempt's prefix. */
export interface OutputFile {
  readonly path: string;
  readonly localPath: string;
}

export type DescribedFile = OutputFile & UploadsRequest["files"][number];

export async function describeFile(file: OutputFile): Promise<DescribedFile> {
  const hash = createHash("md5");
  await pipeline(createReadStream(file.localPath), hash);
  const { size } = await stat(file.localPath);
  const contentType = mediaTypeOf(file.path);
  return { ...file, sizeBytes: size, md5: hash.digest("base64"), contentType };
}

/** As the API takes a description. */
export function announced({ path, sizeBytes, md5, contentType }: DescribedFile) {
  return { path, sizeBytes, md5, contentType };
}

/** The store overwrites nothing: a file whose confirmation got lost is met again. */
async function requireStored(
  check: string,
  file: DescribedFile,
  { store: dispatcher, signal }: StoreCall,
): Promise<void> {
  const { statusCode, headers, body } = await request(check, {
    method: "HEAD",
    dispatcher,
    signal,
  });
  await body.dump();
  if (statusCode === 200 && Number(headers["content-length"]) === file.sizeBytes) return;
  throw new Error(`the store has another file as ${file.path} (status ${statusCode})`);
}

/** Sends a file to its presigned address; returns once the store has confirmed it. */
export async function putFile(
  { url, headers, check }: UploadsResponse["uploads"][number],
  file: DescribedFile,
  call: StoreCall,
): Promise<void> {
  const { statusCode, body } = await request(url, {
    ...{ method: "PUT", dispatcher: call.store, signal: call.signal },
    headers: { ...headers, "content-length": String(file.sizeBytes) },
    body: createReadStream(file.localPath),
  });
  const text = await body.text();
  if (statusCode === 412 && check !== undefined) {
    await requireStored(check, file, call);
  } else if (statusCode >= 300) {
    throw new Error(`the store answered ${statusCode} for ${file.path}: ${text.slice(0, 300)}`);
  }
}

/** These objects one after the other, as one stream. */
export function readAll(
  urls: readonly string[],
  { store: dispatcher, signal }: StoreCall,
): Readable {
  async function* chunks(): AsyncGenerator<Buffer> {
    for (const url of urls) {
      const { statusCode, body } = await request(url, { method: "GET", dispatcher, signal });
      if (statusCode !== 200) {
        await body.dump();
        throw new Error(`the store answered ${statusCode} for a segment`);
      }
      for await (const chunk of body) yield Buffer.from(chunk);
    }
  }
  return Readable.from(chunks());
}
