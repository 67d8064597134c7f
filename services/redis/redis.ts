import type * as pulumi from "@pulumi/pulumi";
import { parseQuantity } from "../../config/units.ts";
import type { Cluster, Resources } from "../../infra/cluster.ts";
import { namespaces } from "../../infra/cluster.ts";
import { Component } from "../../infra/component.ts";
import { endpoint, type App, type Endpoint } from "../kit/app.ts";
import { secret } from "../kit/env.ts";
import { generatePassword } from "../kit/password.ts";
import { backendProbes, exec } from "../kit/probes.ts";
import { secretText, type SecretText } from "../kit/secret-text.ts";
import { StatefulWorkload } from "../kit/stateful-workload.ts";

export interface RedisArgs {
  readonly cluster: Cluster;
  readonly storage: string;
  readonly resources: Resources;
}

const port = 6379;
const app: App = { name: "redis", namespace: namespaces.data, component: "cache" };

// `-e` makes an error reply (loading, wrong password) an exit code; the password comes from REDISCLI_AUTH.
const ask = ["redis-cli", "-e", "ping"];
const probes = backendProbes((timing) => exec(ask, timing), 120);

/** A full cache evicts what was used least, and leaves a quarter of the pod's memory for copies and buffers. */
export function redisArguments(memoryLimit: string): string[] {
  const bytes = Math.floor((parseQuantity(memoryLimit) * 3) / 4);
  return ["--maxmemory", String(bytes), "--maxmemory-policy", "allkeys-lru"];
}

/** Rate limits, progress fan-out and caches. Nothing here must survive. */
export class Redis extends Component {
  readonly endpoint: Endpoint = endpoint(app, port);
  readonly url: SecretText;

  constructor(name: string, args: RedisArgs, opts: pulumi.ComponentResourceOptions) {
    super("services", "Redis", name, opts);
    const password = generatePassword(`${name}-password`, {
      parent: this,
      cluster: args.cluster,
    });
    new StatefulWorkload(
      `${name}-server`,
      {
        app,
        cluster: args.cluster,
        replicas: 1,
        storage: args.storage,
        pod: {
          image: args.cluster.image("redis"),
          args: redisArguments(args.resources.limits.memory),
          ports: { redis: port },
          env: {
            REDIS_PASSWORD: secret(password),
            REDISCLI_AUTH: secret(password),
          },
          dataDirectory: "/data",
          probes,
          resources: args.resources,
          priority: "platform-critical",
          graceSeconds: 30,
        },
      },
      { parent: this },
    );
    this.url = secretText`redis://:${password}@${this.endpoint.host}:${port}`;
    this.registerOutputs({});
  }
}
