import type { FastifyReply, FastifyRequest } from "fastify";
import { Type } from "typebox";
import { Compile } from "typebox/compile";
import { mediaTypeOf } from "@framewright/contracts/media-type.ts";
import { OutputPath } from "@framewright/contracts/worker-api.ts";
import type { App } from "../app.ts";
import type { StoredFile } from "../backends/object-store.ts";
import { AppError } from "../errors.ts";
import { readPlayback } from "../keys/playback-token.ts";
import { answers } from "./answers.ts";
import type { ClientDeps } from "./client-deps.ts";

/** They go to the store in a signed request, where the signature and the header encode other characters differently. */
const ascii = { pattern: "^[ -~]*$" };
const FileHeaders = Type.Object({
  range: Type.Optional(
    Type.String({ ...ascii, maxLength: 100, description: "One range of bytes" }),
  ),
  "if-none-match": Type.Optional(Type.String({ ...ascii, maxLength: 200 })),
});

const fileAnswers = answers({
  200: Type.Unsafe<unknown>({ type: "string", format: "binary", description: "The file" }),
  206: Type.Unsafe<unknown>({ type: "string", format: "binary", description: "The range" }),
  304: Type.Null({ description: "The file still has this ETag" }),
});

/** RFC 9110 allows to ignore other forms (several ranges, other units); the whole file is sent then. */
const oneRange = /^bytes=(\d{1,15}-\d{0,15}|-\d{1,15})$/;

const isOutputPath = Compile(OutputPath);

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

function allowAnyOrigin(reply: FastifyReply): void {
  // The link itself is the permission, and no cookie plays a part.
  void reply
    .header("access-control-allow-origin", "*")
    .header("access-control-expose-headers", "content-length, content-range, etag, x-request-id")
    .header("cross-origin-resource-policy", "cross-origin");
}

type Files = Pick<ClientDeps, "store" | "links">;

interface FileRequest {
  readonly key: string;
  readonly path: string;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  /** What is told where there is no such file. */
  readonly nothingHere: () => AppError;
}

async function sendHead({ store }: Files, { key, path, reply, nothingHere }: FileRequest) {
  const file = await store.stat(key);
  if (!file) throw nothingHere();
  setHeaders(reply, path, file);
  return reply.send();
}

async function sendFile({ store }: Files, { key, path, request, reply, nothingHere }: FileRequest) {
  const { range } = request.headers;
  const file = await store.read(key, {
    range: range !== undefined && oneRange.test(range) ? range : undefined,
    ifNoneMatch: request.headers["if-none-match"],
  });
  if (file === undefined) throw nothingHere();
  if (file === "not-modified") return reply.code(304).send();
  if (file === "bad-range") {
    const known = await store.stat(key);
    void reply.header("content-range", `bytes */${known?.sizeBytes ?? "*"}`);
    throw new AppError("range-not-satisfiable", `${range ?? ""} is outside the file`);
  }
  setHeaders(reply, path, file);
  return reply.code(file.status).send(file.body);
}

/** Answers what browsers ask before a player of another origin reads. */
function allowPlayers(app: App, url: string): void {
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

/** A playlist that grows is asked for again as long as it does. */
export interface PlaylistText {
  readonly text: string;
  readonly isGrowing: boolean;
}

function sendText(reply: FastifyReply, path: string, { text, isGrowing }: PlaylistText) {
  return reply
    .type(mediaTypeOf(path))
    .header("cache-control", isGrowing ? "no-cache" : "public, max-age=300")
    .send(text);
}

interface PlayedFiles {
  /** Before the token. */
  readonly url: `/v1/${string}`;
  /** What the tokens are for. */
  readonly of: "job" | "recording";
  readonly summary: string;
  readonly description: string;
  /** What is sent for a path of the job or recording: a text, or a file of the bucket. */
  readonly find: (
    id: string,
    path: string,
  ) => Promise<PlaylistText | { readonly key: string } | undefined>;
}

/** Files that whoever has a token may read. */
export function playedFileRoutes(app: App, deps: Files, files: PlayedFiles): void {
  const { of, find, summary, description } = files;
  const url = `${files.url}/:token/*`;
  const nothingHere = () =>
    new AppError(
      "not-found",
      `The link is wrong or has expired; read the ${of} again for a new one`,
    );
  const found = async (token: string, path: string) => {
    const grant = readPlayback(token, deps.links.secrets);
    if (!grant || grant.expiresAt.getTime() <= Date.now()) return undefined;
    return isOutputPath.Check(path) ? find(grant.jobId, path) : undefined;
  };
  app.route({
    method: ["GET", "HEAD"],
    url,
    schema: {
      tags: ["Playback"],
      summary,
      description,
      security: [],
      params: Type.Object({
        token: Type.String({ description: `From the ${of}'s playbackUrl` }),
        "*": Type.String({ description: "Path of the file" }),
      }),
      headers: FileHeaders,
      response: fileAnswers,
    },
    handler: async (request, reply) => {
      allowAnyOrigin(reply);
      const { token, "*": path } = request.params;
      const answer = await found(token, path);
      if (answer === undefined) throw nothingHere();
      if ("text" in answer) return sendText(reply, path, answer);
      const file = { key: answer.key, path, request, reply, nothingHere };
      return request.method === "HEAD" ? sendHead(deps, file) : sendFile(deps, file);
    },
  });
  allowPlayers(app, url);
}
