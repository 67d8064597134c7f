import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { connect, type AddressInfo } from "node:net";
import { join } from "node:path";
import { createServer } from "node:tls";
import { Authority } from "../support/control-plane/authority.ts";

export interface Registry {
  /** `127.0.0.1:PORT` */
  readonly host: string;
  /** All that this machine trusts, and who vouches for the registry: for SSL_CERT_FILE of its clients. */
  readonly certificates: string;
  stop(): Promise<void>;
}

const machineTrusts = "/etc/ssl/certs/ca-certificates.crt";

/** Starts the registry itself, in plain text. Blobs are files in the folder. */
async function serve(crane: string, folder: string) {
  mkdirSync(folder);
  const args = ["registry", "serve", "--address", "127.0.0.1:0", "--disk", folder];
  // A test runner that is killed takes its registry with it.
  const child = spawn("setpriv", ["--pdeathsig", "KILL", crane, ...args], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  const port = await new Promise<number>((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", () => {
      reject(new Error(`the registry ended: ${said}`));
    });
    child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
      said += chunk;
      const [, found] = /serving on port (\d+)/.exec(said) ?? [];
      if (found !== undefined) resolve(Number(found));
    });
  });
  return { child, port };
}

/** A registry on loopback that speaks TLS, as any other does, so that its clients need no settings for plain text. */
export async function startRegistry(crane: string, folder: string): Promise<Registry> {
  const authority = new Authority(folder);
  authority.sign("registry", "/CN=registry", "subjectAltName=IP:127.0.0.1\n");
  const certificates = join(folder, "trusted.crt");
  const trusted = [machineTrusts, authority.file("ca.crt")].map((file) => readFileSync(file));
  writeFileSync(certificates, Buffer.concat(trusted));
  const { child, port } = await serve(crane, join(folder, "blobs"));
  const own = {
    key: readFileSync(authority.file("registry.key")),
    cert: readFileSync(authority.file("registry.crt")),
  };
  const front = createServer(own, (client) => {
    const behind = connect(port, "127.0.0.1");
    client.once("error", () => behind.destroy()).once("close", () => behind.destroy());
    behind.once("error", () => client.destroy()).once("close", () => client.destroy());
    client.pipe(behind).pipe(client);
  });
  front.on("tlsClientError", () => undefined); // what a client says to it is the client's to tell
  await new Promise<void>((resolve) => front.listen(0, "127.0.0.1", resolve));
  return {
    host: `127.0.0.1:${String((front.address() as AddressInfo).port)}`,
    certificates,
    stop: async () => {
      front.close();
      const ended = new Promise((resolve) => child.once("close", resolve));
      child.kill("SIGKILL");
      await ended;
    },
  };
}
