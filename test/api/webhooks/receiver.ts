import { createServer, type IncomingMessage, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { Webhook } from "standardwebhooks";
import type { WebhookEvent } from "@framewright/contracts/webhook.ts";

/** A request that a receiver got. */
export interface Received {
  readonly at: number;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}

/** What a client of the platform runs: keeps each request, and answers as the test says. */
export class Receiver {
  readonly received: Received[] = [];
  /** @default 204 */
  answer: RequestListener = (_request, response) => {
    response.writeHead(204).end();
  };
  readonly #server: Server;

  constructor() {
    this.#server = createServer((request, response) => {
      void textOf(request).then((body) => {
        const { headers, url: path = "" } = request;
        const texts = Object.entries(headers).map(([name, value]) => [name, String(value)]);
        this.received.push({
          ...{ at: Date.now(), path, body },
          headers: Object.fromEntries(texts) as Record<string, string>,
        });
        this.answer(request, response);
      });
    });
  }

  async listen(): Promise<this> {
    this.#server.listen(0, "127.0.0.1");
    await new Promise((resolve) => this.#server.once("listening", resolve));
    return this;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/hooks`;
  }

  /** What the library says of everything that came; throws where a signature is wrong. */
  verified(secret: string): WebhookEvent[] {
    const webhook = new Webhook(secret);
    return this.received.map(({ body, headers }) => webhook.verify(body, headers) as WebhookEvent);
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}
