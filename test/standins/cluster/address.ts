import { randomBytes } from "node:crypto";
import { createServer } from "node:net";
import type { Layout } from "../../support/control-plane/programs.ts";

/** Ports on the cluster's own address; the API's is the one that an endpoint need not name. */
const ports = { api: 443, etcd: 2379, peer: 2380, manager: 10257, scheduler: 10259 } as const;
/** For users who may not listen on 443. */
const unprivilegedApi = 6443;
const tries = 50;

function isFree(address: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => {
      resolve(false);
    });
    server.listen(port, address, () => {
      server.close(() => {
        resolve(true);
      });
    });
  });
}

/** An address of loopback, 127.66.0.1 to 127.66.255.254, that nobody listens on. */
export async function freeAddress(): Promise<Pick<Layout, "address" | "ports">> {
  for (let attempt = 0; attempt < tries; attempt += 1) {
    const [a = 0, b = 0] = randomBytes(2);
    const address = `127.66.${a.toString()}.${(1 + (b % 254)).toString()}`;
    if (!(await isFree(address, ports.etcd))) continue;
    if (await isFree(address, ports.api)) return { address, ports };
    if (await isFree(address, unprivilegedApi)) {
      return { address, ports: { ...ports, api: unprivilegedApi } };
    }
  }
  throw new Error(`no free address in 127.66.0.0/16 after ${tries.toString()} tries`);
}

export function endpointOf({ address, ports }: Pick<Layout, "address" | "ports">): string {
  return ports.api === 443 ? `https://${address}` : `https://${address}:${ports.api.toString()}`;
}
