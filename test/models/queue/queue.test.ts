import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createLogger } from "@framewright/runtime/log.ts";
import { createQueue } from "../../../models/queue/queue.ts";

const log = createLogger({ level: "silent", base: {} });

interface Pod {
  readonly server: Server;
  readonly got: string[];
  /** The answers wait until it is called. */
  readonly release: () => void;
}

const opened: Server[] = [];

function open(server: Server, host: string, port: number): Promise<number> {
  opened.push(server);
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      resolve((server.address() as AddressInfo).port);
    });
  });
}

/** A service on an address of its own, as pods have it; it says what it was sent, once it is let go. */
async function startPod(host: string, port: number): Promise<Pod & { readonly port: number }> {
  const got: string[] = [];
  const freed = Promise.withResolvers<undefined>();
  const server = createServer((request, response) => {
    void (async () => {
      let body = "";
      for await (const chunk of request) body += String(chunk);
      got.push(`${request.method ?? ""} ${request.url ?? ""} ${body}`);
      if (request.method === "POST") await freed.promise;
      response.writeHead(body === "bad" ? 400 : 200, { "x-pod": host }).end(body.toUpperCase());
    })();
  });
  return {
    ...{ server, got, port: await open(server, host, port) },
    release: () => {
      freed.resolve(undefined);
    },
  };
}

let first: Awaited<ReturnType<typeof startPod>>;
let second: Awaited<ReturnType<typeof startPod>>;
let queue: ReturnType<typeof createQueue>;
let url: string;
let opsUrl: string;

beforeEach(async () => {
  first = await startPod("127.0.0.1", 0);
  second = await startPod("127.0.0.2", first.port);
  const limits = { requestsPerPod: 1, waitingLimit: 3 };
  queue = createQueue({ service: "tts", podsPort: first.port, ...limits, log });
  url = `http://127.0.0.1:${await open(queue.server, "127.0.0.1", 0)}`;
  opsUrl = `http://127.0.0.1:${await open(queue.ops, "127.0.0.1", 0)}`;
});

afterEach(async () => {
  for (const server of opened.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

function say(body: string, signal?: AbortSignal): Promise<Response> {
  return fetch(`${url}/v1/audio/speech`, { method: "POST", body, ...(signal && { signal }) });
}

async function scaling(): Promise<unknown> {
  return (await fetch(`${opsUrl}/scaling`)).json();
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}

describe("The queue before the pods of a model service", () => {
  it("holds requests while there is no pod, says so, and passes them on when one comes", async () => {
    first.release();
    const answers = [say("one"), say("two")];
    await until(() => queue.line.waiting === 2);
    expect(await scaling()).toMatchObject({ asked: 2 });
    queue.line.setPods(["127.0.0.1"]);
    const texts = await Promise.all(answers.map(async (answer) => (await answer).text()));
    expect(texts).toEqual(["ONE", "TWO"]);
    expect(await scaling()).toMatchObject({ asked: 0 });
    const metrics = await (await fetch(`${opsUrl}/metrics`)).text();
    expect(metrics).toContain('framewright_model_wait_seconds_count{service="tts"} 2');
    expect(metrics).toContain('framewright_model_answers_total{status="200",service="tts"} 2');
  });

  it("gives each pod one at a time, and passes answers on as they are", async () => {
    queue.line.setPods(["127.0.0.1", "127.0.0.2"]);
    const answers = ["bad", "b", "c"].map((text) => say(text));
    await until(() => first.got.length + second.got.length === 2 && queue.line.waiting === 1);
    expect(await scaling()).toMatchObject({ asked: 3 });
    first.release();
    second.release();
    const seen = await Promise.all(answers);
    expect(seen.map(({ status }) => status).toSorted()).toEqual([200, 200, 400]);
    expect(new Set(seen.map(({ headers }) => headers.get("x-pod"))).size).toBe(2);
  });

  it("asks a pod what the service offers while all work", async () => {
    queue.line.setPods(["127.0.0.1"]);
    const busy = say("one");
    await until(() => queue.line.running === 1);
    expect((await fetch(`${url}/v1/models`)).status).toBe(200);
    first.release();
    await busy;
  });

  it("gives a request to another pod when one does not take it", async () => {
    second.release();
    // Nobody listens there.
    queue.line.setPods(["127.0.0.3"]);
    const answer = say("one");
    await until(() => queue.line.running === 1);
    queue.line.setPods(["127.0.0.2"]);
    expect(await (await answer).text()).toBe("ONE");
  });

  it("says 502 when the pod goes while it works, so that the client asks again", async () => {
    queue.line.setPods(["127.0.0.1"]);
    const answer = say("one");
    await until(() => first.got.length === 1);
    first.server.closeAllConnections();
    expect((await answer).status).toBe(502);
    expect(queue.line.running).toBe(0);
  });

  it("forgets a client that has gone, refuses those that are too many, and what waits when it ends", async () => {
    const leaving = new AbortController();
    const left = say("left", leaving.signal);
    left.catch(() => undefined);
    const waits = [say("a"), say("b")];
    await until(() => queue.line.waiting === 3);
    const tooMany = await say("c");
    expect([tooMany.status, tooMany.headers.get("retry-after")]).toEqual([503, "2"]);
    leaving.abort();
    await until(() => queue.line.waiting === 2);
    queue.line.close();
    expect((await Promise.all(waits)).map(({ status }) => status)).toEqual([503, 503]);
  });
});
