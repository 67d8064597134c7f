import type { LogLevel } from "@framewright/contracts/log-level.ts";
import type * as pulumi from "@pulumi/pulumi";
import type { SenderEnv } from "../../api/env.ts";
import type { WebhooksSection } from "../../config/schema.ts";
import { namespaces, type Cluster } from "../../infra/cluster.ts";
import { Component } from "../../infra/component.ts";
import { endpoint, type App, type Endpoint } from "../kit/app.ts";
import { databaseAccess, type DatabaseBackend } from "../kit/backends/database.ts";
import type { EnvFor } from "../kit/pods/env.ts";
import { openToOutside, openWay } from "../kit/network/network.ts";
import { opsProbes } from "../kit/pods/probes.ts";
import { scaling } from "../kit/scaling/scaling.ts";
import type { SecretText } from "../kit/secrets/secret-text.ts";
import { openToTraces, tracesEnv, type Traces } from "../kit/settings/traces.ts";
import { senderQueue, type SenderQueueArgs } from "./queue.ts";
import { webhookEnv } from "../kit/settings/webhook.ts";
import { Workload } from "../kit/workloads/workload.ts";

export interface WebhookSenderArgs extends WebhooksSection {
  readonly cluster: Pick<Cluster, "image">;
  readonly database: DatabaseBackend;
  /** Decrypts the secrets of endpoints. */
  readonly key: SecretText;
  readonly logLevel: LogLevel;
  readonly traces?: Traces | undefined;
  /** Set: what is due moves their number, beside their load. */
  readonly queue?: SenderQueueArgs | undefined;
}

const app: App = { name: "webhooks", namespace: namespaces.api, component: "webhooks" };
const metricsPort = 9090;
/** From the stop signal: requests that are under way get their time-out, and their results are written. */
const settleSeconds = 20;

function senderEnv(args: WebhookSenderArgs) {
  return {
    METRICS_PORT: metricsPort,
    ...databaseAccess(args.database).env,
    DATABASE_POOL_SIZE: args.databasePoolSize,
    LOG_LEVEL: args.logLevel,
    ...webhookEnv(args, args.key),
    WEBHOOK_TIMEOUT_SECONDS: args.timeoutSeconds,
    WEBHOOK_PARALLEL: args.parallel,
    WEBHOOK_PARALLEL_PER_ENDPOINT: args.parallelPerEndpoint,
    WEBHOOK_DISABLE_DAYS: args.disableDays,
    ...tracesEnv(args.traces),
  } satisfies EnvFor<SenderEnv>;
}

/** What sends events to receivers: the one pod that connects where clients say, so it has the database and nothing else. */
export class WebhookSender extends Component {
  readonly metrics: Endpoint = endpoint(app, metricsPort);

  constructor(name: string, args: WebhookSenderArgs, opts: pulumi.ComponentResourceOptions) {
    super("services", "WebhookSender", name, opts);
    openWay(`${name}-to-database`, { from: app, to: args.database.endpoint }, { parent: this });
    openToTraces(name, { from: app, traces: args.traces }, this);
    const { ports, ranges } = args;
    openToOutside(`${name}-to-receivers`, { from: app, ports, ranges }, { parent: this });
    new Workload(
      `${name}-pods`,
      {
        app,
        replicas: args.replicas,
        scaling: scaling.webhooks,
        queue: args.queue && senderQueue(args.queue, args.resources),
        budget: args.budget,
        pod: {
          image: args.cluster.image("api"),
          args: ["api/send-webhooks.ts"],
          ports: { metrics: metricsPort },
          env: senderEnv(args),
          files: databaseAccess(args.database).files,
          probes: opsProbes,
          resources: args.resources,
          priority: "platform-critical",
          graceSeconds: args.timeoutSeconds + settleSeconds,
        },
      },
      { parent: this },
    );
    this.registerOutputs({});
  }
}
