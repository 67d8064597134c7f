import type { Server } from "node:http";
import { pause } from "@framewright/runtime/clock.ts";
import type { Phase } from "@framewright/runtime/shutdown.ts";
import type { App } from "./app.ts";
import type { Backends } from "./backends/backends.ts";
import type { ApiConfig } from "./env.ts";
import type { TusUploads } from "./jobs/tus-server.ts";
import type { OutboxPublisher } from "./jobs/outbox.ts";
import type { Sweeper } from "./jobs/sweeper.ts";
import type { Readiness } from "./readiness.ts";

export interface RunningParts {
  readonly config: Pick<ApiConfig, "drainSeconds" | "shutdownSeconds">;
  readonly backends: Backends;
  readonly outbox: Pick<OutboxPublisher, "settled">;
  readonly readiness: Pick<Readiness, "drain">;
  /** Ends event streams and long polls. */
  readonly closing: AbortController;
  readonly tus: Pick<TusUploads, "close">;
  readonly client: App;
  readonly worker: App;
  readonly ops: Server;
  readonly sweeper: Sweeper;
}

async function closeServers(parts: RunningParts): Promise<void> {
  const { client, worker, closing, config, tus } = parts;
  closing.abort();
  await tus.close();
  const limit = setTimeout(() => {
    client.server.closeAllConnections();
    worker.server.closeAllConnections();
  }, config.shutdownSeconds * 1000);
  await Promise.all([client.close(), worker.close()]);
  clearTimeout(limit);
}

function closeRest({ backends, ops }: RunningParts): Promise<void> {
  backends.notifier.close();
  backends.redis.disconnect();
  backends.subscriber.disconnect();
  backends.store.close();
  for (const { store } of backends.inputBuckets.values()) store.close();
  return new Promise((resolve) => {
    ops.close(() => {
      resolve();
    });
    ops.closeAllConnections();
  });
}

/** How the API stops: requests first, what they need after them. */
export function stopPhases(parts: RunningParts): Phase[] {
  const { config, backends, readiness, sweeper, outbox } = parts;
  const { broker, bucket, db } = backends;
  const drainMs = config.drainSeconds * 1000;
  const drain = () => {
    readiness.drain();
    // Load balancers need this long to see it.
    return pause(drainMs);
  };
  return [
    { name: "readiness red", limitMs: drainMs + 1_000, run: drain },
    {
      name: "requests",
      limitMs: (config.shutdownSeconds + 2) * 1000,
      run: () => closeServers(parts),
    },
    { name: "sweeper", limitMs: 8_000, run: () => sweeper.stop() },
    { name: "messages", limitMs: 6_000, run: () => outbox.settled() },
    { name: "broker", limitMs: 2_000, run: () => broker.close() },
    { name: "bucket", limitMs: 1_000, run: () => bucket.stop() },
    { name: "database", limitMs: 5_000, run: () => db.close() },
    { name: "rest", limitMs: 1_000, run: () => closeRest(parts) },
  ];
}
