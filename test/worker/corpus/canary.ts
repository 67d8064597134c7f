import { readFileSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type { Canary } from "./hostile.ts";

/** What stands in the canary's file, and in nothing else. */
export const song = "the canary sings of 7f3a9c";

export interface Canaries extends Canary {
  /** Connections to the listener so far. */
  readonly hits: () => number;
  /** Whether the file was read, where the file system notes that. */
  readonly wasRead: () => boolean;
  readonly close: () => void;
}

const longAgo = new Date("2000-01-01");

/** A listener on loopback and a file, which nothing must ever reach. */
export async function startCanaries(folder: string): Promise<Canaries> {
  let connections = 0;
  const server = createServer((_request, response) => response.end("#EXTM3U\n"));
  server.on("connection", () => {
    connections += 1;
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const path = join(folder, "canary.txt");
  writeFileSync(path, song);
  // Linux notes a first read behind the last change even where it notes no others (relatime).
  const rest = (): void => {
    utimesSync(path, longAgo, new Date());
  };
  const moved = (): boolean => statSync(path).atimeMs > longAgo.getTime();
  rest();
  readFileSync(path);
  const isNoted = moved();
  rest();
  return {
    url: `http://127.0.0.1:${port}/canary`,
    port,
    path,
    hits: () => connections,
    wasRead: () => isNoted && moved(),
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
