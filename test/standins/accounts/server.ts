import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface Asked {
  readonly url: URL;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

export interface Reply {
  readonly status: number;
  readonly type: "application/json" | "application/x-amz-json-1.1" | "text/xml";
  readonly body: string;
}

/** A cloud's API on loopback. */
export interface AccountServer {
  readonly address: string;
  readonly stop: () => void;
}

async function serve(
  answer: (asked: Asked) => Reply,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const url = new URL(request.url ?? "/", "http://localhost");
  const body = Buffer.concat(chunks).toString("utf8");
  const reply = answer({ url, headers: request.headers, body });
  response.writeHead(reply.status, { "content-type": reply.type });
  response.end(reply.body);
}

export async function startServer(answer: (asked: Asked) => Reply): Promise<AccountServer> {
  const server = createServer((request, response) => {
    void serve(answer, request, response);
  });
  const { promise, resolve } = Promise.withResolvers<undefined>();
  server.listen(0, "127.0.0.1", () => {
    resolve(undefined);
  });
  await promise;
  const { port } = server.address() as AddressInfo;
  return {
    address: `http://127.0.0.1:${port.toString()}`,
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
