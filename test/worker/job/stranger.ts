import { readFileSync } from "node:fs";
import { createServer, type RequestListener, type Server } from "node:http";
import type { LookupAddress } from "node:dns";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { expect, onTestFinished, vi } from "vitest";
import type { OutboundPolicy } from "../../../runtime/outbound-url.ts";
import { fetchSource, type FetchArgs } from "../../../worker/src/job/fetch-source.ts";
import { guardedAgent } from "../../../worker/src/job/guarded-agent.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

/** Stands for a public address: the one range that the policy of these tests allows. */
export const goodAddress = "127.0.0.2";

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

async function listen(handle: RequestListener, host: string): Promise<Server> {
  const server = createServer(handle).listen(0, host);
  await new Promise((resolve, reject) => server.once("listening", resolve).once("error", reject));
  return server;
}

/** What must never be reached: it listens on every address of the machine and notes who comes. */
export async function startCanary() {
  const hits: string[] = [];
  const hit: RequestListener = ({ url, headers }, response) => {
    hits.push(`${headers.host ?? ""}${url ?? ""}`);
    response.end("secret");
  };
  const server = await listen(hit, "::").catch(() => listen(hit, "0.0.0.0"));
  return { port: portOf(server), hits, close: () => server.close() };
}

interface Setting {
  /** Beside the port of the server. */
  readonly ports?: number[];
  readonly handle?: RequestListener;
  readonly names?: Record<string, () => readonly string[]>;
  readonly policy?: Partial<OutboundPolicy>;
  readonly change?: Partial<FetchArgs>;
}

/** A server of a stranger at `good.test`, and what fetches from it. */
export async function startStranger({
  ports = [],
  handle,
  names = {},
  policy: own,
  change,
}: Setting = {}) {
  const requests: { url: string; range: string | undefined; encoding: unknown }[] = [];
  const server = await listen((request, response) => {
    const { range, "accept-encoding": encoding } = request.headers;
    requests.push({ url: request.url ?? "", range, encoding });
    if (handle) handle(request, response);
    else response.end("video");
  }, goodAddress);
  const port = portOf(server);
  const policy: OutboundPolicy = {
    schemes: ["http", "https"],
    ports: [port, ...ports],
    ranges: [`${goodAddress}/32`],
    ...own,
  };
  const lookups: string[] = [];
  const resolve = (host: string): Promise<LookupAddress[]> => {
    lookups.push(host);
    const found = host === "good.test" ? [goodAddress] : names[host]?.();
    if (!found) return Promise.reject(Object.assign(new Error("unknown"), { code: "ENOTFOUND" }));
    return Promise.resolve(
      found.map((address) => ({ address, family: address.includes(":") ? 6 : 4 })),
    );
  };
  const dispatcher = guardedAgent({ policy, patienceMs: 1000, resolve });
  onTestFinished(async () => {
    server.close();
    server.closeAllConnections();
    await dispatcher.destroy();
  });
  const path = join(temporaryFolder("framewright-fetch-"), "source");
  const fetch = async (url = `http://good.test:${port}/video.mp4?sig=1`) => {
    const size = await fetchSource({
      ...{ url, path, dispatcher, policy },
      ...{ maxBytes: 1_000_000, maxSeconds: 20, maxRedirects: 3 },
      signal: new AbortController().signal,
      requireSpace: () => Promise.resolve(),
      onProgress: () => undefined,
      ...change,
    });
    const content = readFileSync(path);
    expect(content).toHaveLength(size);
    return content.toString();
  };
  return { fetch, port, requests, lookups };
}

/** Lets the pauses between tries pass while the sockets do their real work. */
export async function withoutPauses<T>(work: () => Promise<T>): Promise<T> {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const beat = setInterval(() => vi.advanceTimersByTime(100), 1);
  return work().finally(() => {
    clearInterval(beat);
  });
}
