import { createServer, request, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { hashOf } from "../../tools/steps.ts";

/** Something between a client and a service that knows what the service has answered. */
export interface CountedService {
  readonly url: string;
  /** How often each piece of work was answered with its result, by what was asked. */
  readonly answered: ReadonlyMap<string, number>;
  /** Resolves when so many pieces of work have been asked for from now on: the last of them is under way. */
  readonly whenAsked: (count: number) => Promise<void>;
  /** Counts from nothing again. */
  readonly clear: () => void;
  readonly stop: () => Promise<void>;
}

async function bodyOf(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** The same form has another boundary each time. */
function nameOf(path: string, body: Buffer, type: string): string {
  const boundary = /boundary=(\S+)/.exec(type)?.[1];
  const text = body.toString("latin1");
  return hashOf(path, boundary === undefined ? text : text.replaceAll(boundary, ""));
}

/** Passes requests on as they are; where the service is away, the client sees that its connection ends. */
export async function countService(target: () => string): Promise<CountedService> {
  const answered = new Map<string, number>();
  const waiting = new Set<{ left: number; readonly resolve: () => void }>();
  const tell = (): void => {
    for (const one of waiting) {
      one.left -= 1;
      if (one.left > 0) continue;
      waiting.delete(one);
      one.resolve();
    }
  };
  const server = createServer((asked, reply) => {
    void (async () => {
      const { method = "GET", url: path = "/", headers } = asked;
      const body = await bodyOf(asked);
      if (method === "POST") tell();
      const onward = request(new URL(path, target()), { method, headers }, (answer) => {
        void (async () => {
          const content = await bodyOf(answer);
          const { statusCode = 500 } = answer;
          if (method === "POST" && statusCode === 200) {
            const name = nameOf(path, body, headers["content-type"] ?? "");
            answered.set(name, (answered.get(name) ?? 0) + 1);
          }
          reply.writeHead(statusCode, answer.headers).end(content);
        })().catch(() => reply.destroy());
      });
      onward.on("error", () => reply.destroy());
      reply.on("close", () => onward.destroy());
      onward.end(body);
    })().catch(() => reply.destroy());
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    answered,
    whenAsked: (left) =>
      new Promise((resolve) => {
        waiting.add({ left, resolve });
      }),
    clear: () => {
      answered.clear();
    },
    url: `http://127.0.0.1:${port}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}
