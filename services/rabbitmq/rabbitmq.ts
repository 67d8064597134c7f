import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { parseQuantity } from "../../config/units.ts";
import type { Cluster, Resources } from "../../infra/cluster.ts";
import { namespaces } from "../../infra/cluster.ts";
import { Component } from "../../infra/component.ts";
import { endpoint, type App, type Endpoint } from "../kit/app.ts";
import { secret } from "../kit/pods/env.ts";
import {
  certified,
  tlsFolder,
  type ServerCertificate,
  type WantedTls,
} from "../kit/tls/inside-tls.ts";
import { generatePassword, replacedPassword, type SecretPlace } from "../kit/secrets/password.ts";
import { backendLiveness, backendProbes, http, tcp, type Probes } from "../kit/pods/probes.ts";
import { isStored, secretText, type SecretText } from "../kit/secrets/secret-text.ts";
import { StatefulWorkload } from "../kit/workloads/stateful-workload.ts";
import {
  admin,
  api,
  definitions,
  plainDefinitions,
  scaler,
  workerUser,
  type BrokerUser,
  type WorkerClient,
} from "./definitions.ts";
import { memberPart, openToMembers, startSeconds } from "./members.ts";

export interface RabbitmqArgs extends WantedTls {
  readonly cluster: Cluster;
  /** Of the volume of each node. */
  readonly storage: string;
  readonly resources: Resources;
  /** Nodes: several form a cluster, and each queue has a member on each of three. */
  readonly replicas: number;
  /** Each gets a user of its own, which reads the queues of its classes alone. */
  readonly workers: readonly WorkerClient[];
  /** How often the users' passwords were replaced. Clients with the one before are refused until their pods are rolled. */
  readonly rotation: number;
  /** Whether somebody scales by the length of queues, and gets a user for that. */
  readonly isScaledBy?: boolean;
}

const metricsPort = 15692;
const plainPorts = { amqp: 5672, management: 15672, metrics: metricsPort };
const tlsPorts = { amqp: 5671, management: 15671, metrics: metricsPort };
const app: App = { name: "rabbitmq", namespace: namespaces.data, component: "broker" };

const probes: Probes = {
  // The AMQP listener opens last, after all queues are recovered. rabbitmq-diagnostics would start an
  // Erlang machine of its own for each question.
  ...backendProbes((timing) => tcp("amqp", timing), startSeconds),
  liveness: http("/metrics", "metrics", { ...backendLiveness, timeoutSeconds: 15 }),
};

/** What the pods have more of a broker that shows a certificate. */
function tlsPart(certificate: ServerCertificate | undefined) {
  if (certificate === undefined) return { ports: plainPorts, after: [] };
  return {
    ports: tlsPorts,
    env: { TLS_FOLDER: tlsFolder },
    secretFolders: certificate.folders,
    after: [certificate.secret],
  };
}

/** RabbitMQ sees the node's memory and not the pod's; at 60 % of the pod's it stops publishers, not itself. */
export function memorySettings(memoryLimit: string): string {
  return [
    `total_memory_available_override_value = ${parseQuantity(memoryLimit)}`,
    "vm_memory_high_watermark.relative = 0.6",
    "",
  ].join("\n");
}

interface GeneratedUser {
  readonly user: BrokerUser;
  readonly password: SecretText;
  /** Of a password that Pulumi hashes. */
  readonly salt: pulumi.Output<string> | undefined;
}

function generateUser(
  prefix: string,
  user: BrokerUser,
  { rotation, ...place }: SecretPlace & { readonly rotation: number },
): GeneratedUser {
  const name = `${prefix}-${user.name}`;
  const { parent } = place;
  const password = replacedPassword(`${name}-password`, place, rotation);
  const salt = isStored(password)
    ? undefined
    : new random.RandomBytes(`${name}-salt`, { length: 4 }, { parent }).base64;
  return { user, password, salt };
}

function definitionsOf(users: readonly GeneratedUser[]): SecretText {
  const hashed = users.flatMap(({ user, password, salt }) =>
    isStored(password) || salt === undefined
      ? []
      : [
          pulumi
            .all([password, salt])
            .apply(([text, base64]) => ({ ...user, credential: { password: text, salt: base64 } })),
        ],
  );
  if (hashed.length === users.length) return pulumi.all(hashed).apply(definitions);
  return plainDefinitions(users.map(({ user, password }) => ({ ...user, password })));
}

/** Announces jobs to workers; the API's sweeper replaces a lost message. */
export class Rabbitmq extends Component {
  readonly endpoint: Endpoint;
  readonly metrics: Endpoint = endpoint(app, metricsPort);
  readonly apiUrl: SecretText;
  readonly management: Endpoint;
  /** PEM of the authorities that sign its certificate; undefined where it shows none. */
  readonly ca: pulumi.Output<string> | undefined;
  readonly #scaler: GeneratedUser | undefined;
  readonly #workers: ReadonlyMap<string, GeneratedUser>;

  constructor(name: string, args: RabbitmqArgs, opts: pulumi.ComponentResourceOptions) {
    super("services", "Rabbitmq", name, opts);
    const place = { parent: this, cluster: args.cluster };
    const generate = (user: BrokerUser) =>
      generateUser(name, user, { rotation: args.rotation, ...place });
    const apiUser = generate(api);
    this.#workers = new Map(
      args.workers.map((worker) => [worker.name, generate(workerUser(worker))]),
    );
    this.#scaler = args.isScaledBy === true ? generate(scaler) : undefined;
    const scalers = this.#scaler === undefined ? [] : [this.#scaler];
    const users = [generate(admin), apiUser, ...scalers, ...this.#workers.values()];
    const cookie = generatePassword(`${name}-cookie`, place);
    const { replicas } = args;
    const { tls, authority } = args;
    const certificate = certified(
      name,
      { tls, authority, app, names: [endpoint(app, tlsPorts.amqp).host] },
      this,
    );
    const { ports, env, secretFolders, after } = tlsPart(certificate);
    this.ca = certificate?.ca;
    this.endpoint = endpoint(app, ports.amqp);
    this.management = endpoint(app, ports.management);
    const member = replicas > 1 ? memberPart(app, replicas) : undefined;
    new StatefulWorkload(
      `${name}-server`,
      {
        app,
        cluster: args.cluster,
        replicas,
        storage: args.storage,
        pod: {
          image: args.cluster.image("rabbitmq"),
          ports: { ...ports, ...member?.ports },
          env: { RABBITMQ_ERLANG_COOKIE: secret(cookie), ...member?.env, ...env },
          files: {
            "/etc/rabbitmq/definitions.json": definitionsOf(users),
            "/etc/rabbitmq/conf.d/memory.conf": memorySettings(args.resources.limits.memory),
            ...member?.files,
          },
          ...(secretFolders && { secretFolders }),
          dataDirectory: "/data",
          probes: { ...probes, ...member?.probes },
          resources: args.resources,
          priority: "platform-critical",
          graceSeconds: 120,
        },
      },
      { parent: this, dependsOn: after },
    );
    if (member) openToMembers(name, app, this);
    this.apiUrl = this.#url(apiUser);
    this.registerOutputs({});
  }

  /** With the user of these workers, one of those in the arguments. */
  workerUrl(worker: string): SecretText {
    const user = this.#workers.get(worker);
    if (user === undefined) throw new RangeError(`workers ${worker} have no user of the broker`);
    return this.#url(user);
  }

  /** The management API, with the user that looks at queues and no more. */
  get scalerUrl(): SecretText {
    if (this.#scaler === undefined) throw new RangeError("nobody scales by this broker's queues");
    const { user, password } = this.#scaler;
    const { host, port } = this.management;
    const scheme = this.ca === undefined ? "http" : "https";
    return secretText`${scheme}://${user.name}:${password}@${host}:${port}/%2F`;
  }

  #url({ user, password }: GeneratedUser): SecretText {
    const scheme = this.ca === undefined ? "amqp" : "amqps";
    return secretText`${scheme}://${user.name}:${password}@${this.endpoint.host}:${this.endpoint.port}/%2F`;
  }
}
