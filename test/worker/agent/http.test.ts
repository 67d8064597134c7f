import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import {
  ApiRefused,
  ApiUnreachable,
  createPost,
  WorkerRefused,
} from "../../../worker/src/agent/http.ts";

/** Serves one answer on loopback, and posts to it. */
async function postTo(respond: (request: IncomingMessage, response: ServerResponse) => void) {
  const server = createServer(respond);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const { post, close } = createPost(`http://127.0.0.1:${port}`);
  onTestFinished(async () => {
    server.closeAllConnections();
    server.close();
    await close();
  });
  return post;
}

function answering(status: number, text = "") {
  return postTo((request, response) => {
    request.resume();
    response.writeHead(status).end(text);
  });
}

const call = { path: "/x", body: { a: 1 }, headers: { authorization: "Bearer k" } };

describe("a call of the worker API", () => {
  it("replaces what the API would refuse in a text: U+0000, and what is left of a cut pair", async () => {
    const post = await postTo((request, response) => {
      request.pipe(response);
    });
    const body = { detail: ["a\0b", "cut \uD83D"] };
    expect((await post({ ...call, body })).body).toEqual({ detail: ["a\uFFFDb", "cut \uFFFD"] });
  });

  it("posts JSON with its headers and returns the JSON of the answer", async () => {
    const post = await postTo((request, response) => {
      void request.toArray().then((chunks: Buffer[]) => {
        const { method, url, headers } = request;
        const body = Buffer.concat(chunks).toString();
        response.end(JSON.stringify([method, url, headers.authorization, body]));
      });
    });
    expect(await post(call)).toEqual({ status: 200, body: ["POST", "/x", "Bearer k", '{"a":1}'] });
  });

  it.each([[204], [401], [404], [409]])("takes %d as an answer without a body", async (status) => {
    const post = await answering(status, status === 204 ? "" : '{"code":"x"}');
    expect(await post(call)).toEqual({ status, body: undefined });
  });

  it.each([[408], [429], [500], [503]])("takes %d as an API that is away", async (status) => {
    const post = await answering(status);
    await expect(post(call)).rejects.toThrow(ApiUnreachable);
    await expect(post(call)).rejects.toThrow(`/x: status ${status}`);
  });

  it.each([[400], [403], [422]])("takes %d as a refusal that no retry helps", async (status) => {
    const post = await answering(status, "not allowed");
    await expect(post(call)).rejects.toThrow(ApiRefused);
    await expect(post(call)).rejects.toThrow(`/x: status ${status}: not allowed`);
  });

  it.each(["worker-revoked", "worker-too-old", "token-refused"])(
    "takes 403 with %s as the end of this worker, in the API's words",
    async (code) => {
      const detail = "Worker gpu-0 was revoked at noon";
      const post = await answering(403, JSON.stringify({ status: 403, code, detail }));
      await expect(post(call)).rejects.toThrow(WorkerRefused);
      await expect(post(call)).rejects.toMatchObject({ code, message: detail });
    },
  );

  it("takes an answer that is not JSON as an API that is away", async () => {
    const post = await answering(200, "<html>");
    await expect(post(call)).rejects.toThrow("/x: the answer is not JSON");
  });

  it("takes a broken connection and a late answer as an API that is away", async () => {
    const broken = await postTo((request) => request.socket.destroy());
    await expect(broken(call)).rejects.toThrow(ApiUnreachable);
    const silent = await postTo(() => undefined);
    await expect(silent({ ...call, timeoutMs: 20 })).rejects.toThrow(ApiUnreachable);
  });

  it("ends with the caller's own reason when the caller aborts it", async () => {
    const stop = new AbortController();
    const post = await postTo(() => {
      stop.abort(new Error("stopped by the caller"));
    });
    await expect(post({ ...call, signal: stop.signal })).rejects.toThrow("stopped by the caller");
  });
});

describe("an answer without an end", () => {
  const endless = { ...call, silenceMs: 200 };

  it("is waited for until the other side breaks it", async () => {
    const post = await postTo((_request, response) => {
      response.writeHead(200).write("\n");
      setTimeout(() => response.destroy(), 400);
      setTimeout(() => response.write("\n"), 150);
      setTimeout(() => response.write("\n"), 300);
    });
    const began = performance.now();
    expect(await post(endless)).toEqual({ status: 200, body: undefined });
    expect(performance.now() - began).toBeGreaterThan(390);
  });

  it("has ended when nothing is said any more", async () => {
    const post = await postTo((_request, response) => {
      response.writeHead(200).write("\n");
    });
    expect(await post(endless)).toEqual({ status: 200, body: undefined });
  });

  it("is left when the caller wants no more", async () => {
    const post = await postTo((_request, response) => {
      response.writeHead(200).write("\n");
    });
    const wanted = new AbortController();
    setTimeout(() => {
      wanted.abort();
    }, 50);
    await post({ ...endless, silenceMs: 60_000, signal: wanted.signal });
  });

  it("that does not begin is an API that is away", async () => {
    const post = await postTo(() => undefined);
    await expect(post({ ...endless, timeoutMs: 100 })).rejects.toThrow(ApiUnreachable);
  });
});
