import type { Socket } from "node:net";

/** Whoever listens inside may be about to start: after a restart of the node, or of a pod. */
const patienceMs = 10_000;
const pauseMs = 100;

/** A connection by a socket file has no address, and cannot be reset: Node throws, which would end the whole node. */
function refuse(client: Socket): void {
  if (client.remoteAddress === undefined) client.destroy();
  else client.resetAndDestroy();
}

/**
 * Carries a connection that was accepted to another one, which it opens again until that one is
 * accepted too; after ten seconds, in which nobody listened, the client's is reset.
 */
export function carry(client: Socket, open: () => Socket, patience = patienceMs): void {
  const givesUpAt = Date.now() + patience;
  const attempt = (): void => {
    const upstream = open();
    let connected = false;
    const leave = (): void => {
      upstream.destroy();
    };
    client.once("close", leave);
    upstream.once("connect", () => {
      connected = true;
      client.pipe(upstream).pipe(client);
    });
    upstream.on("error", () => {
      client.off("close", leave);
      if (client.destroyed) return;
      if (connected) client.destroy();
      else if (Date.now() > givesUpAt) refuse(client);
      else setTimeout(attempt, pauseMs);
    });
  };
  client.on("error", () => undefined);
  attempt();
}
