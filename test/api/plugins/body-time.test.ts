import { connect, type AddressInfo, type Socket } from "node:net";
import { pino } from "pino";
import { afterEach, describe, expect, it } from "vitest";
import { createMetrics } from "../../../api/metrics.ts";
import { createServer } from "../../../api/plugins/server.ts";

let close: (() => Promise<void>) | undefined;
afterEach(() => close?.());

/** What becomes of a connection that announces ten bytes at the path and sends three. */
async function stall(path: string): Promise<{ socket: Socket; closed: Promise<true> }> {
  const log = pino({ level: "silent" });
  const app = createServer({
    ...{ name: "client", log, metrics: createMetrics(), bodyLimit: 100, handlerMs: 10_000 },
    bodyMs: 100,
  });
  app.addContentTypeParser("*", (_request, payload, done) => {
    payload.resume().on("end", () => {
      done(null);
    });
  });
  app.post("/note", () => Promise.resolve({}));
  app.post("/file", { config: { longBody: true } }, () => Promise.resolve({}));
  await app.listen({ port: 0, host: "127.0.0.1" });
  close = () => app.close();
  const { port } = app.server.address() as AddressInfo;
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => undefined);
  const closed = new Promise<true>((resolve) => {
    socket.on("close", () => {
      resolve(true);
    });
  });
  socket.write(`POST ${path} HTTP/1.1\r\nhost: a\r\ncontent-length: 10\r\n\r\nabc`);
  return { socket, closed };
}

const soon = (ms: number) =>
  new Promise<false>((resolve) => {
    setTimeout(() => {
      resolve(false);
    }, ms);
  });

describe("a body that does not end", () => {
  it("is cut off", async () => {
    const { closed } = await stall("/note");
    expect(await Promise.race([closed, soon(5_000)])).toBe(true);
  });

  it("goes on where a file is expected", async () => {
    const { socket, closed } = await stall("/file");
    expect(await Promise.race([closed, soon(400)])).toBe(false);
    socket.write("defghij");
    const [answer] = await new Promise<string[]>((resolve) => {
      socket.on("data", (data) => {
        resolve([data.toString()]);
      });
    });
    expect(answer).toContain("200 OK");
    socket.destroy();
    await closed;
  });
});

it("a request that tests inject, which has no socket of its own, ends nothing when its time is over", async () => {
  const log = pino({ level: "silent" });
  const app = createServer({
    ...{ name: "client", log, metrics: createMetrics(), bodyLimit: 100, handlerMs: 10_000 },
    bodyMs: 50,
  });
  app.post("/note", () => Promise.resolve({}));
  close = () => app.close();
  const failures: unknown[] = [];
  const note = (error: unknown) => failures.push(error);
  process.once("uncaughtException", note);
  const answer = await app.inject({ method: "POST", url: "/note", payload: {} });
  expect(answer.statusCode).toBe(200);
  await soon(200);
  process.off("uncaughtException", note);
  expect(failures).toEqual([]);
});
