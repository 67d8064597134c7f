import * as pulumi from "@pulumi/pulumi";
import type { Cluster, Resources } from "../../infra/cluster.ts";
import { namespaces } from "../../infra/cluster.ts";
import { Component } from "../../infra/component.ts";
import { endpoint, type App, type Endpoint } from "../kit/app.ts";
import { secret } from "../kit/env.ts";
import { generatePassword } from "../kit/password.ts";
import { backendProbes, exec } from "../kit/probes.ts";
import { StatefulWorkload } from "../kit/stateful-workload.ts";
import { settingArguments } from "./settings.ts";

export interface PostgresArgs {
  readonly cluster: Cluster;
  readonly storage: string;
  readonly resources: Resources;
  readonly maxConnections: number;
}

const port = 5432;
const user = "framewright";
const database = "framewright";
const app: App = { name: "postgres", namespace: namespaces.data, component: "database" };

const ask = [
  "pg_isready",
  "--quiet",
  "--host=127.0.0.1",
  `--username=${user}`,
  `--dbname=${database}`,
];
// The first start makes the database; after a crash the log is replayed.
const probes = backendProbes((timing) => exec(ask, timing), 300);

/** Stores every job. */
export class Postgres extends Component {
  readonly endpoint: Endpoint = endpoint(app, port);
  /** With the owner's credentials. */
  readonly url: pulumi.Output<string>;

  constructor(name: string, args: PostgresArgs, opts: pulumi.ComponentResourceOptions) {
    super("services", "Postgres", name, opts);
    const password = generatePassword(`${name}-password`, this);
    new StatefulWorkload(
      `${name}-server`,
      {
        app,
        cluster: args.cluster,
        replicas: 1,
        storage: args.storage,
        pod: {
          image: args.cluster.image("postgres"),
          args: settingArguments({
            memoryLimit: args.resources.limits.memory,
            maxConnections: args.maxConnections,
          }),
          ports: { postgres: port },
          env: {
            POSTGRES_USER: user,
            POSTGRES_DB: database,
            POSTGRES_PASSWORD: secret(password),
          },
          dataDirectory: "/data",
          probes,
          resources: args.resources,
          priority: "platform-critical",
          // A fast shutdown writes one checkpoint.
          graceSeconds: 60,
        },
      },
      { parent: this },
    );
    this.url = pulumi.interpolate`postgres://${user}:${password}@${this.endpoint.host}:${port}/${database}`;
    this.registerOutputs({});
  }
}
