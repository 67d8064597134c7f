import type * as pulumi from "@pulumi/pulumi";
import { parseQuantity } from "../../config/units.ts";
import type { Cluster, Resources } from "../../infra/cluster.ts";
import { namespaces } from "../../infra/cluster.ts";
import { Component } from "../../infra/component.ts";
import { endpoint, type App, type Endpoint } from "../kit/app.ts";
import { secret } from "../kit/pods/env.ts";
import {
  certified,
  tlsFiles,
  tlsFolder,
  type ServerCertificate,
  type WantedTls,
  type TlsFiles,
} from "../kit/tls/inside-tls.ts";
import { generatePassword } from "../kit/secrets/password.ts";
import { backendProbes, exec } from "../kit/pods/probes.ts";
import { secretText, type SecretText } from "../kit/secrets/secret-text.ts";
import { StatefulWorkload } from "../kit/workloads/stateful-workload.ts";

export interface RedisArgs extends WantedTls {
  readonly cluster: Cluster;
  readonly storage: string;
  readonly resources: Resources;
}

const port = 6379;
const app: App = { name: "redis", namespace: namespaces.data, component: "cache" };

// `-e` makes an error reply (loading, wrong password) an exit code; the password comes from REDISCLI_AUTH.
function probesBy(...way: string[]) {
  return backendProbes((timing) => exec(["redis-cli", ...way, "-e", "ping"], timing), 120);
}

/** In the pod, where nobody else is: programs of its own need no certificate. */
const socket = "/tmp/redis.sock";

/** Clients come by TLS alone, at the same port. */
export function tlsArguments({ certificate, key }: TlsFiles, at = port): string[] {
  return [
    ...["--port", "0", "--tls-port", String(at)],
    ...["--tls-cert-file", certificate, "--tls-key-file", key],
    ...["--tls-auth-clients", "no", "--tls-protocols", "TLSv1.3"],
    ...["--unixsocket", socket, "--unixsocketperm", "700"],
  ];
}

/** What the pod has more of a server that shows a certificate. */
function tlsPart(certificate: ServerCertificate | undefined) {
  if (certificate === undefined) return { args: [], probes: probesBy() };
  return {
    args: tlsArguments(tlsFiles),
    probes: probesBy("-s", socket),
    env: { TLS_FOLDER: tlsFolder },
    secretFolders: certificate.folders,
  };
}

/** A full cache evicts what was used least, and leaves a quarter of the pod's memory for copies and buffers. */
export function redisArguments(memoryLimit: string): string[] {
  const bytes = Math.floor((parseQuantity(memoryLimit) * 3) / 4);
  return ["--maxmemory", String(bytes), "--maxmemory-policy", "allkeys-lru"];
}

/** Rate limits, progress fan-out and caches. Nothing here must survive. */
export class Redis extends Component {
  readonly endpoint: Endpoint = endpoint(app, port);
  readonly url: SecretText;
  /** PEM of the authorities that sign its certificate; undefined where it shows none. */
  readonly ca: pulumi.Output<string> | undefined;

  constructor(name: string, args: RedisArgs, opts: pulumi.ComponentResourceOptions) {
    super("services", "Redis", name, opts);
    const password = generatePassword(`${name}-password`, {
      parent: this,
      cluster: args.cluster,
    });
    const { tls, authority } = args;
    const certificate = certified(
      name,
      { tls, authority, app, names: [endpoint(app, port).host] },
      this,
    );
    const { args: more, env, ...part } = tlsPart(certificate);
    new StatefulWorkload(
      `${name}-server`,
      {
        app,
        cluster: args.cluster,
        replicas: 1,
        storage: args.storage,
        pod: {
          ...part,
          image: args.cluster.image("redis"),
          args: [...redisArguments(args.resources.limits.memory), ...more],
          ports: { redis: port },
          env: {
            REDIS_PASSWORD: secret(password),
            REDISCLI_AUTH: secret(password),
            ...env,
          },
          dataDirectory: "/data",
          resources: args.resources,
          priority: "platform-critical",
          graceSeconds: 30,
        },
      },
      { parent: this, dependsOn: certificate ? [certificate.secret] : [] },
    );
    this.ca = certificate?.ca;
    const scheme = certificate === undefined ? "redis" : "rediss";
    this.url = secretText`${scheme}://:${password}@${this.endpoint.host}:${port}`;
    this.registerOutputs({});
  }
}
