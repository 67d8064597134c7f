import type { FastifyReply, FastifyRequest } from "fastify";
import { Type } from "typebox";
import { mediaTypeOf } from "@framewright/contracts/media-type.ts";
import type { App } from "../app.ts";
import type { ObjectStore, StoredFile } from "../backends/object-store.ts";
import { AppError } from "../errors.ts";
import { answers } from "./answers.ts";

/** They go to the store in a signed request, where the signature and the header encode other characters differently. */
const ascii = { pattern: "^[ -~]*$" };
export const FileHeaders = Type.Object({
  range: Type.Optional(
    Type.String({ ...ascii, maxLength: 100, description: "One range of bytes" }),
  ),
  "if-none-match": Type.Optional(Type.String({ ...ascii, maxLength: 200 })),
});

/** What a route of files answers. */
export const fileAnswers = answers({
  200: Type.Unsafe<unknown>({ type: "string", format: "binary", description: "The file" }),
  206: Type.Unsafe<unknown>({ type: "string", format: "binary", description: "The range" }),
  304: Type.Null({ description: "The file still has this ETag" }),
});

/** RFC 9110 allows to ignore other forms (several ranges, other units); the whole file is sent then. */
const oneRange = /^bytes=(\d{1,15}-\d{0,15}|-\d{1,15})$/;

/** Where files are read from. */
interface Files {
  readonly store: Pick<ObjectStore, "read" | "stat">;
}

function setHeaders(reply: FastifyReply, path: string, file: Omit<StoredFile, "body">): void {
  const playlist = /\.(m3u8|mpd)$/.test(path);
  const seconds = playlist ? 300 : 31_536_000;
  void reply
    .type(mediaTypeOf(path))
    .header("accept-ranges", "bytes")
    .header("cache-control", `public, max-age=${seconds}${playlist ? "" : ", immutable"}`);
  if (file.etag !== undefined) void reply.header("etag", file.etag);
  if (file.lastModified) void reply.header("last-modified", file.lastModified.toUTCString());
  if (file.contentRange !== undefined) void reply.header("content-range", file.contentRange);
  if (file.sizeBytes !== undefined) void reply.header("content-length", file.sizeBytes);
}

export function allowAnyOrigin(reply: FastifyReply): void {
  // The link itself is the permission, and no cookie plays a part.
  void reply
    .header("access-control-allow-origin", "*")
    .header("access-control-expose-headers", "content-length, content-range, etag, x-request-id")
    .header("cross-origin-resource-policy", "cross-origin");
}

export interface FileRequest {
  readonly key: string;
  readonly path: string;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  /** What is told where there is no such file. */
  readonly nothingHere: () => AppError;
}

export async function sendHead(deps: Files, { key, path, reply, nothingHere }: FileRequest) {
  const file = await deps.store.stat(key);
  if (!file) throw nothingHere();
  setHeaders(reply, path, file);
  return reply.send();
}

export async function sendFile(
  deps: Files,
  { key, path, request, reply, nothingHere }: FileRequest,
) {
  const { range } = request.headers;
  const file = await deps.store.read(key, {
    range: range !== undefined && oneRange.test(range) ? range : undefined,
    ifNoneMatch: request.headers["if-none-match"],
  });
  if (file === undefined) throw nothingHere();
  if (file === "not-modified") return reply.code(304).send();
  if (file === "bad-range") {
    const known = await deps.store.stat(key);
    void reply.header("content-range", `bytes */${known?.sizeBytes ?? "*"}`);
    throw new AppError("range-not-satisfiable", `${range ?? ""} is outside the file`);
  }
  setHeaders(reply, path, file);
  return reply.code(file.status).send(file.body);
}

/** Answers what browsers ask before a player of another origin reads. */
export function allowPlayers(app: App, url: string): void {
  app.options(url, { schema: { hide: true } }, async (_request, reply) => {
    allowAnyOrigin(reply);
    return reply
      .code(204)
      .header("access-control-allow-methods", "GET, HEAD, OPTIONS")
      .header("access-control-allow-headers", "range, if-none-match")
      .header("access-control-max-age", 86_400)
      .send();
  });
}
