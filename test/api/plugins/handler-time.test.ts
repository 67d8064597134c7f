import { setTimeout as pause } from "node:timers/promises";
import { Readable } from "node:stream";
import { pino } from "pino";
import { afterEach, expect, it } from "vitest";
import { createMetrics } from "../../../api/metrics.ts";
import { createServer } from "../../../api/plugins/server.ts";

const handlerMs = 50;
/** Longer than a handler of this server may take. */
const longMs = 4 * handlerMs;

let close: (() => Promise<void>) | undefined;
afterEach(() => close?.());

function aServer(limitMs = handlerMs) {
  const log = pino({ level: "silent" });
  const app = createServer({
    ...{ name: "client", log, metrics: createMetrics(), bodyLimit: 100, handlerMs: limitMs },
  });
  close = () => app.close();
  return app;
}

async function* slowly(): AsyncGenerator<string> {
  for (const part of ["a", "b", "c"]) {
    yield part;
    await pause(longMs / 2);
  }
}

it("a handler that takes too long is answered for, and what it gives afterwards is dropped", async () => {
  const app = aServer();
  let handled = false;
  app.get("/slow", async () => {
    await pause(longMs);
    handled = true;
    return {};
  });
  const answer = await app.inject("/slow");
  expect(handled).toBe(false);
  expect(answer.statusCode).toBe(503);
  expect(answer.headers["retry-after"]).toBe("1");
  expect(answer.json()).toMatchObject({
    code: "unavailable",
    detail: "The request took too long; try again",
  });
  await expect.poll(() => handled).toBe(true);
});

it("a route may have more time than its server", async () => {
  const app = aServer();
  app.get("/slow", { config: { handlerMs: 100 * longMs } }, async () => {
    await pause(longMs);
    return { done: true };
  });
  const answer = await app.inject("/slow");
  expect(answer.json()).toEqual({ done: true });
});

it("a file that is being sent may take longer", async () => {
  const app = aServer();
  app.get("/file", (_request, reply) => reply.send(Readable.from(slowly())));
  const address = await app.listen({ port: 0, host: "127.0.0.1" });
  const answer = await fetch(`${address}/file`);
  expect(await answer.text()).toBe("abc");
});

it("a client that has gone is no longer answered", async () => {
  const limitMs = 1_000;
  const app = aServer(limitMs);
  const statuses: number[] = [];
  app.addHook("onResponse", (_request, { statusCode }, done) => {
    statuses.push(statusCode);
    done();
  });
  const gone = new AbortController();
  app.get("/slow", async () => {
    gone.abort();
    await pause(2 * limitMs);
    return {};
  });
  const address = await app.listen({ port: 0, host: "127.0.0.1" });
  await expect(fetch(`${address}/slow`, { signal: gone.signal })).rejects.toThrow("aborted");
  await pause(1.5 * limitMs);
  expect(statuses).toEqual([]);
});
