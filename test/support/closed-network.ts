import { connect, createServer, type AddressInfo, type Server } from "node:net";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createServer as createTlsServer } from "node:tls";
import { asNamespaceRoot } from "../../tools/user-namespace.ts";
import type { Ways } from "./closed-network/inside.ts";

/** A server outside, and the port of the namespace's loopback at which it is reached. */
export interface Way {
  readonly target: string;
  /** Ends TLS before the target, as a load balancer does. */
  readonly certificate?: { readonly key: string; readonly cert: string };
}

export interface ClosedNetwork {
  /** Words before a command that is to run with nothing but these ways; the command sees what is in `closed`. */
  readonly enter: readonly string[];
  readonly close: () => Promise<void>;
}

const inside = join(import.meta.dirname, "closed-network/inside.ts");

function serve({ target, certificate }: Way): Server {
  const { hostname, port } = new URL(target);
  const pass = (client: NodeJS.ReadWriteStream & { destroy(): unknown }): void => {
    const upstream = connect(Number(port), hostname);
    client.pipe(upstream).pipe(client);
    client.on("error", () => upstream.destroy());
    upstream.on("error", () => client.destroy());
    upstream.on("close", () => client.destroy());
  };
  return certificate
    ? createTlsServer(
        { key: readFileSync(certificate.key), cert: readFileSync(certificate.cert) },
        pass,
      )
    : createServer(pass);
}

/** A port that is free here, and so also in an empty namespace. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** @param ways by the port at which each is reached */
export async function closedNetwork(
  folder: string,
  ways: Readonly<Record<string, Way>>,
  closed: readonly string[],
): Promise<ClosedNetwork> {
  const open: Record<string, string> = {};
  const servers: Server[] = [];
  for (const [port, way] of Object.entries(ways)) {
    const path = join(folder, `${port}.socket`);
    const server = serve(way);
    await new Promise<void>((resolve) => {
      server.listen(path, resolve);
    });
    servers.push(server);
    open[port] = path;
  }
  const ports = closed.map((url) => Number(new URL(url).port));
  const told: Ways = { open, closed: ports };
  return {
    enter: [
      ...["unshare", ...asNamespaceRoot, "--net", "--"],
      ...[process.execPath, inside, JSON.stringify(told)],
    ],
    close: async () => {
      await Promise.all(servers.map((server) => new Promise((done) => server.close(done))));
    },
  };
}
