import type { RequestListener } from "node:http";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { postEvent, type PostArgs } from "../../../api/webhooks/request.ts";
import { startCanary } from "../../worker/job/stranger.ts";
import { Receiver } from "./receiver.ts";

let receiver: Receiver;
let canary: Awaited<ReturnType<typeof startCanary>>;
beforeAll(async () => {
  receiver = await new Receiver().listen();
  canary = await startCanary();
});
afterAll(() => {
  receiver.close();
  canary.close();
});
beforeEach(() => {
  receiver.received.length = 0;
  receiver.answer = (_request, response) => response.writeHead(204).end();
});

/** Whatever is sent goes to the receiver, whose address alone is allowed. */
function send(change: Partial<PostArgs> = {}) {
  return postEvent({
    url: receiver.url,
    headers: { "webhook-id": "msg_1" },
    body: '{"type":"webhook.test"}',
    policy: { schemes: ["https", "http"], ports: [receiver.port], ranges: ["127.0.0.1/32"] },
    timeoutMs: 2_000,
    signal: new AbortController().signal,
    ...change,
  });
}

function answering(answer: RequestListener) {
  receiver.answer = answer;
  return send();
}

describe("a request", () => {
  it("is a POST of JSON with the headers, and a 2xx is success", async () => {
    expect(await send()).toEqual({ status: 204, responseBody: "", retryAfterSeconds: 0 });
    expect(receiver.received).toMatchObject([
      {
        path: "/hooks",
        body: '{"type":"webhook.test"}',
        headers: {
          "content-type": "application/json",
          "webhook-id": "msg_1",
          "user-agent": expect.stringMatching(/^framewright-webhooks\//) as string,
        },
      },
    ]);
  });

  it.each([301, 302, 303, 307, 308])(
    "that is redirected by %i goes nowhere else",
    async (status) => {
      const location = `http://127.0.0.1:${canary.port}/`;
      const result = await answering((_request, response) =>
        response.writeHead(status, { location }).end(),
      );
      expect(result).toMatchObject({ status, error: { code: "redirected" } });
      expect(receiver.received).toHaveLength(1);
      expect(canary.hits).toEqual([]);
    },
  );

  it("that fails keeps the beginning of the answer, as text that Postgres takes", async () => {
    const result = await answering((_request, response) => {
      response.writeHead(503, { "retry-after": "120" }).end(`\0broken ${"x".repeat(100_000)}`);
    });
    expect(result).toMatchObject({
      status: 503,
      retryAfterSeconds: 120,
      error: { code: "status" },
    });
    expect(result.responseBody).toHaveLength(4096);
    expect(result.responseBody).toMatch(/^\uFFFDbroken xxx/);
  });

  it.each([
    [400, "status"],
    [404, "status"],
    [410, "gone"],
    [500, "status"],
  ])("answered with %i has failed: %s", async (status, code) => {
    const result = await answering((_request, response) => response.writeHead(status).end("no"));
    expect(result).toMatchObject({ status, responseBody: "no", error: { code } });
  });

  it.each<[string, RequestListener]>([
    ["says nothing", () => undefined],
    ["sends its body for ever", (_request, response) => void response.write("x")],
  ])("to a receiver that %s ends with the time", async (_, answer) => {
    receiver.answer = answer;
    const started = Date.now();
    const result = await send({ timeoutMs: 300 });
    expect(result.error).toMatchObject({
      code: "timed-out",
      message: expect.stringContaining("0.3 s") as string,
    });
    expect(Date.now() - started).toBeLessThan(2_000);
  });

  it("to a receiver that hangs up, or that is not there, says so", async () => {
    const hungUp = await answering((request) => request.socket.destroy());
    expect(hungUp.error).toMatchObject({ code: "connection-failed" });
    const policy = { schemes: ["http"] as const, ports: [1], ranges: ["127.0.0.1/32"] };
    const gone = await send({ url: "http://127.0.0.1:1/", policy });
    expect(gone.error).toMatchObject({
      code: "connection-failed",
      message: "The connection to 127.0.0.1 failed (ECONNREFUSED)",
    });
  });

  it("to a name that does not exist, or without trusted TLS, says so", async () => {
    const unknown = Object.assign(new Error("no"), { code: "ENOTFOUND" });
    const url = `http://nobody.test:${receiver.port}/`;
    const lost = await send({ url, resolve: () => Promise.reject(unknown) });
    expect(lost.error).toMatchObject({ code: "host-unknown" });
    const plain = await send({ url: receiver.url.replace("http:", "https:") });
    expect(plain.error).toMatchObject({ code: "tls-failed" });
  });

  it("throws where the sender stops: nobody knows what became of it", async () => {
    receiver.answer = () => undefined;
    const stop = new AbortController();
    const sent = send({ signal: stop.signal });
    stop.abort(new Error("stopping"));
    await expect(sent).rejects.toThrow("stopping");
  });
});

describe("what is not public", () => {
  const names: Record<string, string[]> = {
    "private.test": ["127.0.0.2"],
    "private6.test": ["::1"],
    "mixed.test": ["127.0.0.1", "127.0.0.2"],
    "mapped.test": ["::ffff:127.0.0.1"],
    "metadata.test": ["169.254.169.254"],
  };
  const hosts = [
    ...["127.0.0.2", "127.2", "2130706434", "0x7f000002", "0177.0.0.2", "127.0.0.2.", "0.0.0.0"],
    ...["[::1]", "[::]", "[::ffff:127.0.0.2]", "[::ffff:7f00:2]", "[64:ff9b::127.0.0.2]"],
    ...["10.0.0.1", "100.64.0.1", "172.16.0.1", "192.168.0.1", "169.254.169.254"],
    ...["[fd00:ec2::254]", "[fe80::1]", "168.63.129.16", "127。0。0。2"],
    ...Object.keys(names),
  ];

  it.each(hosts)("is not reached: %s", async (host) => {
    const result = await send({
      url: `http://${host}:${canary.port}/`,
      policy: { schemes: ["http"], ports: [canary.port], ranges: ["127.0.0.1/32"] },
      resolve: (name) =>
        Promise.resolve(
          (names[name] ?? []).map((address) => ({
            address,
            family: address.includes(":") ? 6 : 4,
          })),
        ),
    });
    expect(result.error?.code).toBe("url-refused");
    expect(canary.hits).toEqual([]);
  });

  it("is not named to clients where a name led to it, and is known to our log", async () => {
    const result = await send({
      url: `http://metadata.test:${receiver.port}/`,
      resolve: () => Promise.resolve([{ address: "169.254.169.254", family: 4 }]),
    });
    expect(result.error?.message).toBe("metadata.test has an address that is not public");
    expect(result.internal).toContain("169.254.169.254");
  });

  it.each([
    ["file:///etc/passwd", "Its scheme is file"],
    ["http://user:password@127.0.0.1/", "user name"],
    ["http://127.0.0.1:22/", "Its port is 22"],
  ])("nor is %s", async (url, message) => {
    const result = await send({ url });
    expect(result.error?.message).toContain(message);
  });
});
