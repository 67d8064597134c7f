import { Readable } from "node:stream";
import type { FastifyReply, FastifyRequest } from "fastify";
import { tusPath } from "@framewright/contracts/upload.ts";
import { actorOf } from "../plugins/auth.ts";
import type { App } from "../app.ts";
import type { ClientDeps } from "./client-deps.ts";
import { UploadParams } from "./uploads.ts";

const octets = "application/offset+octet-stream";
/** A file may take as long as its link needs, up to a day; a connection without a byte for a minute is closed before. */
const longest = 86_400_000;
/** The request that writes to the upload may have to end first (tus-locks.ts). */
const longestLook = 45_000;
/** After an answer to a request that is still being sent, in milliseconds: for the client to read it. */
const lingerMs = 5_000;

function webRequest({ method, url, raw, headers }: FastifyRequest): Request {
  const path = url.split("?", 1)[0] ?? url;
  const given = Object.entries(headers).flatMap(([name, value]): [string, string][] =>
    typeof value === "string" ? [[name, value]] : [],
  );
  const hasBody = headers["content-type"] === octets;
  return new Request(`http://tus${path}`, {
    method,
    headers: given,
    ...(hasBody && { body: Readable.toWeb(raw), duplex: "half" }),
  });
}

/** What is about the connection, and about a body that is not there, is the server's. */
const left: readonly string[] = ["connection", "content-length", "content-type"];

async function send(reply: FastifyReply, response: Response): Promise<FastifyReply> {
  for (const [name, value] of response.headers) {
    if (!left.includes(name)) void reply.header(name, value);
  }
  await response.body?.cancel();
  return reply.code(response.status).send(null);
}

/** Every answer of the protocol names its version, a refusal of the key among them. Call it before the key is checked. */
export function nameTusVersion(app: App): void {
  app.addHook("onRequest", (request, reply, done) => {
    if (request.url.startsWith(tusPath)) {
      void reply.header("tus-resumable", "1.0.0").header("access-control-allow-origin", "*");
    }
    done();
  });
}

/** Does not read on for hours what is answered already, and gives the client time to read the answer. */
function closeLate(app: App): void {
  app.addHook("onResponse", ({ raw }, _reply, done) => {
    if (!raw.complete) {
      setTimeout(() => {
        if (!raw.complete) raw.socket.destroy();
      }, lingerMs).unref();
    }
    done();
  });
}

/** What a server can do, for clients that ask, and for browsers, which ask without a key. */
export function tusOptionRoutes(app: App, { tus }: Pick<ClientDeps, "tus">): void {
  for (const url of [tusPath, `${tusPath}/:uploadId`]) {
    app.options(url, { schema: { hide: true } }, async (request, reply) =>
      send(reply, await tus.answer(webRequest(request), undefined)),
    );
  }
}

/**
 * tus 1.0. Not in the OpenAPI document: the protocol has a specification of its own (https://tus.io), which says what is in
 * which header, and its clients ask with OPTIONS.
 */
export async function tusRoutes(app: App, { tus }: Pick<ClientDeps, "tus">): Promise<void> {
  await app.register(async (own) => {
    // The stream is left alone: what comes is written while it comes.
    own.addContentTypeParser(octets, (_request, _payload, done) => {
      done(null);
    });
    closeLate(own);
    const handler = async (request: FastifyRequest, reply: FastifyReply) =>
      send(reply, await tus.answer(webRequest(request), actorOf(request)));
    const config = { scope: "submit" } as const;
    const bytes = { config: { ...config, longBody: true, handlerMs: longest } } as const;
    const look = { config: { ...config, handlerMs: longestLook } } as const;
    const one = { params: UploadParams, hide: true };
    own.post(tusPath, { ...bytes, schema: { hide: true } }, handler);
    own.patch(`${tusPath}/:uploadId`, { ...bytes, schema: one }, handler);
    own.head(`${tusPath}/:uploadId`, { ...look, schema: one }, handler);
    own.delete(`${tusPath}/:uploadId`, { ...look, schema: one }, handler);
    await Promise.resolve();
  });
}
