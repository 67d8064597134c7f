import type { AddressInfo } from "node:net";
import { pino } from "pino";
import { onTestFinished, describe, expect, it } from "vitest";
import { createEgressProxy } from "../../egress/src/proxy/egress-proxy.ts";
import type { LiveSource } from "../../egress/src/rtp/live-source.ts";
import { openWhep } from "../../egress/src/whep/whep-source.ts";
import { measure, median } from "../support/egress/measure.ts";
import { recordParts } from "../support/egress/recorded-source.ts";
import { startWhepServer } from "../support/egress/whep-server.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const log = pino({ level: "silent" });
const limits = { maxConnections: 10, maxBytes: 1_000_000, maxSeconds: 60, idleSeconds: 30 };

interface Asked {
  readonly url: string;
  /** Addresses that are allowed beside the public ones. */
  readonly ranges?: readonly string[];
  readonly silentSeconds?: number;
}

/** A source as a recorder opens it: by a proxy, which checks each address. */
async function open({
  url,
  ranges = ["127.0.0.0/8"],
  silentSeconds = 3,
}: Asked): Promise<LiveSource> {
  const { port: target } = new URL(url);
  const proxy = createEgressProxy({
    policy: { schemes: ["http", "https"], ports: [Number(target)], ranges },
    ...{ limits, log },
  });
  await new Promise<void>((resolve) => {
    proxy.listen(0, "127.0.0.1", resolve);
  });
  const address: AddressInfo | string | null = proxy.address();
  const port = typeof address === "object" ? address?.port : undefined;
  const stop = new AbortController();
  const source = await openWhep(
    { kind: "whep", url },
    {
      policy: {
        ...{ ports: [], proxy: `http://127.0.0.1:${port}` },
        ranges: ["0.0.0.0/0"],
        hostAddresses: ["127.0.0.1"],
      },
      ...{ signal: stop.signal, log, scratch: "" },
      patience: { startSeconds: 20, silentSeconds },
    },
  );
  onTestFinished(async () => {
    await source.close();
    proxy.closeAllConnections();
    proxy.close();
  });
  return source;
}

describe("a stream of a WHEP server", () => {
  it("is recorded with every picture, and its sound in step, though the server is not ready at first", async () => {
    const server = await startWhepServer(12, [404, 503]);
    onTestFinished(() => {
      server.process.kill();
    });
    const source = await open(server);
    const [file = "", ...others] = await recordParts(source, {
      folder: temporaryFolder("whep-"),
      video: "vp8",
    });
    expect(others).toEqual([]);
    expect(await source.ended).toMatchObject({ code: "source-silent" });
    const recorded = await measure(file);
    expect(recorded.pictures).toBeGreaterThan(100);
    expect(recorded.pictures).toBe(source.session.figures.pictures);
    // What the sender left out is its own affair; nothing is repeated or in another order.
    expect([...recorded.steps.keys()].filter((step) => step < 1)).toEqual([]);
    expect(recorded.offsets.length).toBeGreaterThan(3);
    expect(Math.abs(median(recorded.offsets))).toBeLessThan(60);
  });

  it("is refused for good where its server refuses", async () => {
    const server = await startWhepServer(60, [401]);
    onTestFinished(() => {
      server.process.kill();
    });
    const source = await open(server);
    expect(await source.ended).toEqual({
      code: "source-refused",
      message: "The WHEP server answered 401; 201 is expected",
    });
  });

  it("does not begin where the server's address is not allowed", async () => {
    const server = await startWhepServer(60);
    onTestFinished(() => {
      server.process.kill();
    });
    const source = await open({ url: server.url, ranges: [] });
    expect(await source.ended).toEqual({
      code: "source-refused",
      message: "The source has an address that is not allowed",
    });
  });
});
