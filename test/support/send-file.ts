import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { mediaTypeOf } from "@framewright/contracts/media-type.ts";

/** By the megabyte, so that sending costs a benchmark little. */
const highWaterMark = 1024 ** 2;

/** A file with its media type and one range, as the store and the playback route send it. */
export async function sendFile(path: string, request: IncomingMessage, response: ServerResponse) {
  const found = await stat(path).catch(() => undefined);
  if (!found) return response.writeHead(404).end();
  const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? "") ?? [];
  const start = Number(from ?? 0);
  const end = to === undefined || to === "" ? found.size - 1 : Number(to);
  response.writeHead(from === undefined ? 200 : 206, {
    "content-type": mediaTypeOf(path),
    "content-length": end - start + 1,
    "accept-ranges": "bytes",
    ...(from !== undefined && { "content-range": `bytes ${start}-${end}/${found.size}` }),
  });
  // Of an empty file too, which ends before it begins.
  const range = { start, end: Math.max(start, end) };
  return createReadStream(path, { ...range, highWaterMark }).pipe(response);
}
