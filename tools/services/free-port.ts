import { createServer } from "node:net";
import { randomInt } from "node:crypto";

/**
 * Below the kernel's range for outgoing connections (32768 and up) and Kubernetes' node ports (30000 and up):
 * a port that a service gives up while it restarts is then still free afterwards.
 */
const range = { from: 20_000, to: 29_999 };

/** Whether nothing listens on this port of loopback now. */
export function isFree(port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const server = createServer();
  server.once("error", () => {
    resolve(false);
  });
  server.listen(port, "127.0.0.1", () => {
    server.close(() => {
      resolve(true);
    });
  });
  return promise;
}

/** A port on loopback that nothing listens on now. */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const port = randomInt(range.from, range.to + 1);
    if (await isFree(port)) return port;
  }
  throw new Error(`found no free port between ${range.from} and ${range.to} in 100 tries`);
}
