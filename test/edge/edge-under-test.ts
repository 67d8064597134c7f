import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { request as httpsRequest, type RequestOptions } from "node:https";
import { request as httpRequest, type IncomingMessage } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { haproxyConfig } from "../../services/edge/haproxy-config.ts";
import { secretVariable, type EdgeLimits, type ProxyArgs } from "../../services/edge/proxy-args.ts";
import { authorityOf, type KeyPair } from "../../services/kit/tls/certificates.ts";
import { p256 } from "../../services/kit/tls/p256.ts";
import { imageRoot } from "../../tools/images/roots.ts";
import { freePort } from "../../tools/services/free-port.ts";
import { Sandbox } from "../../tools/services/sandbox.ts";
import { until } from "../api/api-under-test.ts";

export const edgeSecret = "edge-secret-of-the-tests";
const authority = authorityOf("password", "edge of the tests", p256);
export const ca = authority.certificate;

/** A certificate of the tests' authority; another subject is another key. */
export function certificateOf(subject: string): KeyPair {
  return authority.issue({ subject, names: ["127.0.0.1", "*.edge.test"] });
}

export interface EdgeUnderTest {
  readonly url: string;
  readonly workerUrl: string;
  readonly httpUrl: string;
  readonly opsUrl: string;
  /** What it has written to its output. */
  log(): string[];
  /** Of the process of HAProxy. */
  readonly pid: number;
  present(pair: KeyPair): void;
  /** Asks it to end as Kubernetes does, and returns when it has. */
  drain(): Promise<void>;
  stop(): Promise<void>;
}

const plenty: EdgeLimits = {
  requestsPerKey: 10_000,
  requestsPerAddress: 10_000,
  connectionsPerAddress: 10_000,
  newConnectionsPerAddress: 10_000,
};

export interface EdgeOptions {
  readonly targets: ProxyArgs["targets"];
  readonly limits?: Partial<EdgeLimits>;
  /** A store that answers by TLS, and what it is checked by. */
  readonly store?: { readonly serverName: string; readonly authorities: string };
  /** Names of the sites, which then share a port, as on a cloud. */
  readonly names?: Readonly<Record<"api" | "workerApi", string>>;
}

async function sitesOf(names: EdgeOptions["names"]): Promise<ProxyArgs["sites"]> {
  const [api, workerApi] = [await freePort(), await freePort()];
  if (names === undefined) {
    return {
      api: { url: `https://127.0.0.1:${api}`, port: api },
      workerApi: { url: `https://127.0.0.1:${workerApi}`, port: workerApi },
    };
  }
  return {
    api: { url: `https://${names.api}`, port: api, host: names.api },
    workerApi: { url: `https://${names.workerApi}`, port: api, host: names.workerApi },
  };
}

const storeCaFile = "store-ca.pem";

async function settings({ targets, limits, names, store }: EdgeOptions): Promise<ProxyArgs> {
  const caFile = `/etc/edge/${storeCaFile}`;
  return {
    ...(store && { storeTls: { serverName: store.serverName, caFile } }),
    sites: await sitesOf(names),
    targets,
    address: "127.0.0.1",
    certificateFolder: "/etc/edge",
    ports: { http: await freePort(), metrics: await freePort() },
    limits: { ...plenty, ...limits },
    maxConnections: 500,
    threads: 2,
    drainSeconds: 60,
    hstsSeconds: 3600,
  };
}

/** HAProxy from its image, with the configuration that the program makes, on ports of loopback. */
export async function startEdge(options: EdgeOptions): Promise<EdgeUnderTest> {
  const folder = mkdtempSync(join(tmpdir(), "framewright-edge-"));
  const args = await settings(options);
  const sandbox = new Sandbox({
    folder,
    root: await imageRoot("edge"),
    command: ["haproxy", "-db", "-f", "/etc/edge/haproxy.cfg"],
    path: "/usr/sbin:/usr/bin:/bin",
    env: { [secretVariable]: edgeSecret, EDGE_CERTIFICATE_EVERY_MS: "50" },
    confAt: "etc/edge",
  });
  const conf = join(folder, "conf");
  mkdirSync(conf, { recursive: true });
  let pairs = 0;
  /** Both at once, as the kubelet does: a link to their folder gives way to another. */
  const present = ({ certificate, key }: KeyPair): void => {
    pairs += 1;
    const own = `..${pairs}`;
    mkdirSync(join(conf, own));
    writeFileSync(join(conf, own, "tls.crt"), certificate);
    writeFileSync(join(conf, own, "tls.key"), key);
    symlinkSync(own, join(conf, "..next"));
    renameSync(join(conf, "..next"), join(conf, "..data"));
  };
  for (const name of ["tls.crt", "tls.key"]) symlinkSync(`..data/${name}`, join(conf, name));
  present(certificateOf("edge"));
  writeFileSync(join(conf, "haproxy.cfg"), haproxyConfig(args));
  if (options.store) writeFileSync(join(conf, storeCaFile), options.store.authorities);
  sandbox.start();
  const opsUrl = `http://127.0.0.1:${args.ports.metrics}`;
  await until(
    () => `readiness; the edge said ${sandbox.lastLogLines()}`,
    async () => (await fetch(`${opsUrl}/healthz`)).ok,
  );
  return {
    url: `https://127.0.0.1:${args.sites.api.port}`,
    workerUrl: `https://127.0.0.1:${args.sites.workerApi.port}`,
    httpUrl: `http://127.0.0.1:${args.ports.http}`,
    opsUrl,
    log: () => readFileSync(join(folder, "log"), "utf8").split("\n"),
    get pid() {
      return sandbox.pid ?? 0;
    },
    present,
    drain: () => sandbox.stop("SIGUSR1"),
    async stop() {
      await sandbox.kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  readonly text: string;
}

/** One request on a connection of its own, unless an agent keeps one. */
export function ask(
  url: string,
  { body, ...options }: RequestOptions & { readonly body?: string | Buffer } = {},
): Promise<Answer> {
  const start = url.startsWith("https:") ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const request = start(url, { ca, agent: false, ...options }, (answer) => {
      buffer(answer).then(
        (bytes) => {
          resolve({
            status: answer.statusCode ?? 0,
            headers: answer.headers,
            text: bytes.toString(),
          });
        },
        (error: unknown) => {
          reject(error instanceof Error ? error : new Error(String(error)));
        },
      );
    });
    request.on("error", reject);
    request.end(body);
  });
}
