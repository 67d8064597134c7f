import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { randomInt } from "node:crypto";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { remembered, startTime } from "../node/processes.ts";

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

/** One file for each port that was given out, with the process that asked for it. */
const reservations = join(tmpdir(), `framewright-ports-${userInfo().uid}`);

/** False when another process, or this one before, was given the port: it may need seconds until it listens there. */
function reserve(port: number): boolean {
  mkdirSync(reservations, { recursive: true });
  const file = join(reservations, String(port));
  try {
    writeFileSync(file, `${process.pid} ${startTime(process.pid) ?? ""}`, { flag: "wx" });
    return true;
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
    // Of a process that has ended: free for the next who asks.
    if (remembered(file) === undefined) rmSync(file, { force: true });
    return false;
  }
}

/** A port on loopback that nothing listens on now, and that is given to nobody else while this process runs. */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const port = randomInt(range.from, range.to + 1);
    if (reserve(port) && (await isFree(port))) return port;
  }
  throw new Error(`found no free port between ${range.from} and ${range.to} in 100 tries`);
}
