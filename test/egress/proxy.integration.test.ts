import { execFile } from "node:child_process";
import { createServer, request, type IncomingMessage, type RequestListener } from "node:http";
import { createServer as createTcpServer, type AddressInfo, type Server } from "node:net";
import { promisify } from "node:util";
import { pino } from "pino";
import { describe, expect, it, onTestFinished } from "vitest";
import {
  createEgressProxy,
  type Outcome,
  type ProxyArgs,
} from "../../egress/src/proxy/egress-proxy.ts";
import { askProxy } from "../../egress/src/web/proxy-verdict.ts";
import { ffmpegPath } from "../support/clips.ts";

const exec = promisify(execFile);

async function listening(server: Server, host = "127.0.0.1"): Promise<number> {
  await new Promise<void>((resolve) => {
    server.listen(0, host, resolve);
  });
  onTestFinished(() => {
    server.close();
  });
  const address: AddressInfo | string | null = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

interface Site {
  readonly port: number;
  readonly hits: string[];
}

/** A server on the loopback that counts who comes. */
async function site(answer: RequestListener, host?: string): Promise<Site> {
  const hits: string[] = [];
  const server = createServer((asked, response) => {
    hits.push(asked.url ?? "");
    answer(asked, response);
  });
  return { port: await listening(server, host), hits };
}

interface Tried {
  readonly port: number;
  readonly outcomes: [Outcome, number][];
  readonly lines: string[];
}

/** By default a proxy that may connect to 127.0.0.2 alone, on any port that the test has taken. */
async function proxy(ports: readonly number[], args: Partial<ProxyArgs> = {}): Promise<Tried> {
  const outcomes: [Outcome, number][] = [];
  const lines: string[] = [];
  const log = pino({}, { write: (line: string) => lines.push(line) });
  const server = createEgressProxy({
    policy: { schemes: ["http", "https"], ports: [...ports, 443, 80], ranges: ["127.0.0.2/32"] },
    limits: { maxConnections: 20, maxBytes: 1_000_000, maxSeconds: 20, idleSeconds: 20 },
    log,
    resolve: (host) => Promise.resolve([{ address: names[host] ?? host, family: 4 }]),
    onOutcome: (outcome, bytes) => outcomes.push([outcome, bytes]),
    ...args,
  });
  onTestFinished(() => {
    server.closeAllConnections();
  });
  return { port: await listening(server), outcomes, lines };
}

const names: Readonly<Record<string, string>> = {
  localhost: "127.0.0.1",
  "inside.example.com": "127.0.0.1",
  "allowed.example.com": "127.0.0.2",
  "ten.example.com": "10.0.0.1",
};

async function textOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) if (Buffer.isBuffer(chunk)) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}

function get(proxyPort: number, url: string): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const asked = { host: "127.0.0.1", port: proxyPort, path: url, agent: false as const };
    request(asked, (response) => {
      const status = response.statusCode ?? 0;
      textOf(response).then((text) => {
        resolve({ status, text });
      }, reject);
    })
      .on("error", reject)
      .end();
  });
}

/** The status of a CONNECT, and what the other side says first. */
function tunnel(proxyPort: number, target: string): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const asked = { host: "127.0.0.1", port: proxyPort, method: "CONNECT", path: target };
    request(asked)
      .on("connect", (response, socket, head) => {
        const status = response.statusCode ?? 0;
        let text = head.toString("utf8");
        socket.on("data", (chunk: Buffer) => (text += chunk.toString("utf8")));
        socket.on("close", () => {
          resolve({ status, text });
        });
        if (status !== 200) socket.end();
      })
      .on("error", reject)
      .end();
  });
}

describe("the proxy of recorders", () => {
  it.each([
    ["the loopback", "127.0.0.1"],
    ["its name", "localhost"],
    ["another of its addresses", "127.9.9.9"],
    ["a decimal address", "2130706433"],
    ["a hexadecimal address", "0x7f000001"],
    ["the loopback of IPv6", "[::1]"],
    ["an address of IPv4 in IPv6", "[::ffff:127.0.0.1]"],
    ["NAT64", "[64:ff9b::7f00:1]"],
    ["a private network", "10.0.0.1"],
    ["carrier-grade NAT", "100.64.0.1"],
    ["the metadata of a cloud", "169.254.169.254"],
    ["a group", "224.0.0.1"],
    ["a name that leads inside", "inside.example.com"],
    ["a name that leads to a private network", "ten.example.com"],
  ])("refuses %s, by both ways, without a connection", async (_, host) => {
    const secret = await site((_asked, response) => response.end("secret"));
    const through = await proxy([secret.port]);
    const plain = await get(through.port, `http://${host}:${secret.port}/key?token=of-mine`);
    expect(plain.status).toBe(403);
    expect((await tunnel(through.port, `${host}:${secret.port}`)).status).toBe(403);
    expect(secret.hits).toEqual([]);
    expect(through.outcomes).toEqual([
      ["refused", 0],
      ["refused", 0],
    ]);
    expect(through.lines.join("")).not.toContain("of-mine");
  });

  it("passes a request on to what is allowed, without what is its own, and the answer back", async () => {
    let heard: IncomingMessage["headers"] = {};
    const open = await site((asked, response) => {
      heard = asked.headers;
      response.writeHead(302, { location: "http://127.0.0.1/inside", "keep-alive": "timeout=9" });
      response.end("moved");
    }, "127.0.0.2");
    const through = await proxy([open.port]);
    const answer = await get(through.port, `http://allowed.example.com:${open.port}/a?b=c`);
    expect(answer).toEqual({ status: 302, text: "moved" });
    expect(open.hits).toEqual(["/a?b=c"]);
    expect(heard.host).toBe(`allowed.example.com:${open.port}`);
    expect(heard).not.toHaveProperty("proxy-authorization");
    expect(through.outcomes).toEqual([["done", 5]]);
  });

  it("carries bytes both ways to what is allowed", async () => {
    const greeter = createTcpServer((socket) => socket.end("hello"));
    const port = await listening(greeter, "127.0.0.2");
    const through = await proxy([port]);
    const answer = await tunnel(through.port, `allowed.example.com:${port}`);
    expect(answer).toEqual({ status: 200, text: "hello" });
    expect(through.outcomes).toEqual([["done", 5]]);
  });

  it.each([
    ["another port", "http://allowed.example.com:5432/", 403],
    ["another protocol", "ftp://allowed.example.com/", 403],
    ["a path without a host", "/etc/passwd", 403],
    ["a host that does not answer", "http://allowed.example.com:80/", 502],
  ])("says no to %s", async (_, url, status) => {
    const through = await proxy([]);
    expect((await get(through.port, url)).status).toBe(status);
  });

  const limits = { maxConnections: 20, maxBytes: 1_000_000, maxSeconds: 60, idleSeconds: 60 };

  it.each([
    ["too many bytes", { maxBytes: 10_000 }, "too-many-bytes"],
    ["too long a time", { maxSeconds: 0.5 }, "too-long"],
    ["no byte for too long", { idleSeconds: 0.5 }, "idle"],
  ] as const)("ends a connection with %s", async (_, limit, outcome) => {
    const talker = createTcpServer((socket) => {
      socket.on("error", () => undefined);
      if (outcome === "idle") return;
      const more = setInterval(() => socket.write(Buffer.alloc(2000)), 10);
      socket.on("close", () => {
        clearInterval(more);
      });
    });
    const port = await listening(talker, "127.0.0.2");
    const through = await proxy([port], { limits: { ...limits, ...limit } });
    await tunnel(through.port, `allowed.example.com:${port}`);
    expect(through.outcomes).toMatchObject([[outcome, expect.any(Number)]]);
  });

  it("refuses what is too much at a time", async () => {
    const through = await proxy([], { limits: { ...limits, maxConnections: 0 } });
    const answer = await get(through.port, "http://allowed.example.com/");
    expect(answer).toEqual({ status: 503, text: "Too many connections\n" });
  });
});

describe("a hostile playlist", () => {
  const allow = ["-allowed_extensions", "ALL", "-extension_picky", "0"];

  interface Played {
    readonly inside: Site;
    readonly outside: Site;
  }

  /** What its key, its segments and its redirects reach, with and without the proxy. */
  async function play(path: string, by: "proxy" | "nothing"): Promise<Played> {
    const inside = await site((_, response) => response.end("secret"));
    const address = `http://127.0.0.1:${inside.port}`;
    const playlist = [
      ...["#EXTM3U", "#EXT-X-TARGETDURATION:2", `#EXT-X-KEY:METHOD=AES-128,URI="${address}/key"`],
      ...["#EXTINF:2,", `${address}/segment.ts`, "#EXTINF:2,", "file:///etc/passwd"],
      ...["#EXTINF:2,", `tcp://127.0.0.1:${inside.port}/`, "#EXT-X-ENDLIST", ""],
    ].join("\n");
    const outside = await site((asked, response) => {
      if (asked.url === "/list.m3u8") {
        response.writeHead(200, { "content-type": "application/vnd.apple.mpegurl" }).end(playlist);
      } else {
        response.writeHead(302, { location: `${address}/redirected.ts` }).end();
      }
    }, "127.0.0.2");
    const through = await proxy([outside.port, inside.port]);
    const host = by === "proxy" ? "allowed.example.com" : "127.0.0.2";
    const env = by === "proxy" ? { http_proxy: `http://127.0.0.1:${through.port}` } : {};
    const input = ["-i", `http://${host}:${outside.port}${path}`];
    const command = ["-v", "error", "-nostdin", ...(path.endsWith("8") ? allow : []), ...input];
    const run = exec(ffmpegPath, [...command, "-t", "2", "-f", "null", "-"], {
      env,
      timeout: 60_000,
    });
    // It fails in every case: nothing of this is a stream.
    await run.catch(() => undefined);
    return { inside, outside };
  }

  it.each(["/list.m3u8", "/redirect"])("reaches nothing inside by %s", async (path) => {
    const { inside, outside } = await play(path, "proxy");
    expect(outside.hits).toContain(path);
    expect(inside.hits).toEqual([]);
  });

  it.each(["/list.m3u8", "/redirect"])("would reach it by %s without the proxy", async (path) => {
    const { inside } = await play(path, "nothing");
    expect(inside.hits.length).toBeGreaterThan(0);
  });
});

it("tells a recorder of pages why an address did not open", async () => {
  const open = await site((_, answer) => answer.end("page"), "127.0.0.2");
  const { port } = await proxy([open.port, 1]);
  const ask = (target: string) => askProxy(`http://127.0.0.1:${port}`, new URL(`http://${target}`));
  expect(await ask(`allowed.example.com:${open.port}`)).toBe("open");
  expect(await ask(`inside.example.com:${open.port}`)).toBe("refused");
  expect(await ask("allowed.example.com:1")).toBe("unreachable");
  expect(await askProxy("http://127.0.0.1:1", new URL("http://allowed.example.com"))).toBe(
    "unreachable",
  );
  expect(open.hits).toEqual([]);
});
