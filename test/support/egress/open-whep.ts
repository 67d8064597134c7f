import type { AddressInfo } from "node:net";
import { pino } from "pino";
import { onTestFinished } from "vitest";
import { createEgressProxy } from "../../../egress/src/proxy/egress-proxy.ts";
import type { LiveSource } from "../../../egress/src/rtp/live-source.ts";
import { openWhep } from "../../../egress/src/whep/whep-source.ts";

const log = pino({ level: "silent" });
const limits = { maxConnections: 10, maxBytes: 1_000_000, maxSeconds: 60, idleSeconds: 30 };

interface Asked {
  readonly url: string;
  /** Addresses that are allowed beside the public ones. */
  readonly ranges?: readonly string[];
  readonly silentSeconds?: number;
}

/** A source as a recorder opens it: by a proxy, which checks each address. */
export async function openByProxy({
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
