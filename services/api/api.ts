import type * as pulumi from "@pulumi/pulumi";
import type { BudgetSection, ReplicaBounds, RotationsSection } from "../../config/schema.ts";
import type { Cluster, OwnersGateway, Resources } from "../../infra/cluster.ts";
import { Component } from "../../infra/component.ts";
import { endpoint, type Endpoint } from "../kit/app.ts";
import type { DatabaseBackend } from "../kit/backends/database.ts";
import { clientBlocks, exposureBy, ownEdge, type Exposure } from "../kit/network/exposure.ts";
import { openToInputBuckets } from "../kit/backends/input-buckets.ts";
import { mediaStorePart } from "../kit/backends/media-store.ts";
import { openEdge, openToClients, openWay } from "../kit/network/network.ts";
import { generatePassword, signingSecret } from "../kit/secrets/password.ts";
import { opsProbes } from "../kit/pods/probes.ts";
import { scaling } from "../kit/scaling/scaling.ts";
import type { SecretText } from "../kit/secrets/secret-text.ts";
import { openToTraces } from "../kit/settings/traces.ts";
import { Workload } from "../kit/workloads/workload.ts";
import { bootstrapKey } from "./bootstrap-key.ts";
import { databaseLogins } from "./database-logins.ts";
import {
  apiEnv,
  apiFiles,
  graceSeconds,
  type ApiSecrets,
  type ApiSettings,
} from "./environment.ts";
import { apiApp, opsService, ports } from "./identity.ts";
import { openToIssuer } from "./issuer.ts";
import { exposeApi, opsServiceOf, proxyHops, publicUrls } from "./exposure.ts";
import { Migration } from "./migration.ts";

export interface ApiArgs extends ApiSettings {
  readonly cluster: Cluster;
  /**
   * Whether clients come by the stack's proxy alone.
   * @default false
   */
  readonly hasProxy?: boolean;
  readonly replicas: ReplicaBounds;
  readonly budget: BudgetSection;
  readonly resources: Resources;
  /**
   * Whether an exporter reads figures of the database.
   * @default false
   */
  readonly monitored?: boolean;
  readonly rotations: Pick<
    RotationsSection,
    "database" | "databaseOwner" | "playback" | "workerAdmin"
  >;
  /** Whether others of the cluster ask it how many jobs there are. */
  readonly tellsFigures?: boolean;
}

/** Client API, worker API and sweeper in one pod, and the Job that migrates the database before it. */
export class Api extends Component {
  readonly endpoint: Endpoint = endpoint(apiApp, ports.http);
  readonly url: string;
  readonly workerUrl: string;
  /** Playlists and segments of finished jobs are under it. */
  readonly playbackBase: string;
  readonly workerEndpoint: Endpoint = endpoint(apiApp, ports.worker, "worker-api");
  readonly metrics: Endpoint = endpoint(apiApp, ports.metrics);
  /** With a role that reads figures of the server alone; undefined unless `monitored`. */
  readonly databaseMetricsUrl: SecretText | undefined;
  /** Where it tells clients whether it is ready. */
  readonly readiness = { path: "/readyz", port: ports.http } as const;
  /** Where it tells how many jobs there are. */
  readonly opsEndpoint: Endpoint = endpoint(apiApp, ports.metrics, opsService);
  /** By which the API knows the stack's proxy; undefined without one. */
  readonly edgeSecret: SecretText | undefined;
  /** Of the cluster's owner, by which clients come; undefined without one. */
  readonly gateway: OwnersGateway | undefined;
  readonly bootstrapApiKey: SecretText;
  readonly workerAdminSecret: SecretText;
  /** The API encrypts the secrets of webhook endpoints with it, and the sender decrypts them. */
  readonly webhookKey: SecretText;
  /** As a program reaches it that reads and writes rows. */
  readonly database: DatabaseBackend;

  constructor(name: string, args: ApiArgs, opts: pulumi.ComponentResourceOptions) {
    super("services", "Api", name, opts);
    const { cluster, rotations } = args;
    const place = { parent: this, cluster };
    const { database } = args.dependencies;
    const logins = databaseLogins(name, database, { rotation: rotations.database, ...place });
    this.database = logins.backend;
    const exposure = exposureBy(cluster.edge, args.hasProxy === true);
    const urls = publicUrls(exposure);
    this.url = urls.api;
    this.workerUrl = urls.workerApi;
    this.playbackBase = `${this.url}/v1/playback`;
    const workerAdmin = signingSecret(`${name}-worker-admin-secret`, place, rotations.workerAdmin);
    this.workerAdminSecret = workerAdmin.current;
    this.gateway = exposure.kind === "gateway" ? exposure.gateway : undefined;
    this.edgeSecret =
      exposure.kind === "proxy" ? generatePassword(`${name}-edge-secret`, place) : undefined;
    this.webhookKey = generatePassword(`${name}-webhook-key`, place, { length: 40 });
    this.bootstrapApiKey = bootstrapKey(`${name}-bootstrap-key`, place);
    const migration = new Migration(
      `${name}-migration`,
      {
        cluster,
        database,
        logins: logins.all,
        rotations,
        bootstrapApiKey: this.bootstrapApiKey,
        logLevel: args.logLevel,
        monitored: args.monitored ?? false,
      },
      { parent: this },
    );
    this.databaseMetricsUrl = migration.metricsUrl;
    openEdges(name, args.dependencies, this);
    openToClientsOf(name, exposure, this);
    openToIssuer(name, args.oidc, this);
    openToTraces(name, { from: apiApp, traces: args.traces }, this);
    openToInputBuckets(name, { from: apiApp, buckets: args.inputBuckets }, this);
    const secrets = {
      publicUrl: this.url,
      proxyHops: proxyHops(exposure),
      workerAdmin,
      webhookKey: this.webhookKey,
      edge: this.edgeSecret,
      store: cluster.secretStore,
      playback: signingSecret(`${name}-playback-secret`, place, rotations.playback),
    };
    const dependencies = { ...args.dependencies, database: logins.backend };
    deployServer(
      name,
      { ...args, dependencies, secrets },
      { parent: this, dependsOn: [migration] },
    );
    exposeApi(name, exposure, this);
    if (args.tellsFigures === true) opsServiceOf(name, this);
    this.registerOutputs({});
  }
}

function deployServer(
  name: string,
  args: ApiArgs & { readonly secrets: ApiSecrets },
  opts: pulumi.ComponentResourceOptions,
): void {
  const store = mediaStorePart(args.dependencies.mediaStore);
  new Workload(
    `${name}-server`,
    {
      app: apiApp,
      replicas: args.replicas,
      scaling: scaling.api,
      budget: args.budget,
      pod: {
        image: args.cluster.image("api"),
        ports,
        env: { ...apiEnv(args, args.secrets), ...store.env },
        files: { ...apiFiles(args.dependencies), ...store.files },
        probes: opsProbes,
        resources: args.resources,
        priority: "platform-critical",
        graceSeconds,
      },
    },
    opts,
  );
}

function openEdges(
  name: string,
  { database, broker, cache, mediaStore }: ApiArgs["dependencies"],
  parent: pulumi.Resource,
): void {
  const from = apiApp;
  openWay(`${name}-to-database`, { from, to: database.endpoint }, { parent });
  openEdge(`${name}-to-broker`, { from, to: broker.endpoint }, { parent });
  openEdge(`${name}-to-cache`, { from, to: cache.endpoint }, { parent });
  openWay(`${name}-to-object-store`, { from, to: mediaStore.endpoint }, { parent });
  if (mediaStore.credentials.kind === "pod-identity") {
    const { cidr, port } = mediaStore.credentials.agent;
    const to = { blocks: [{ cidr, except: [] }], port };
    openWay(`${name}-to-credentials`, { from, to }, { parent });
  }
}

/** Where the stack has a proxy, or its owner a Gateway, those open the way. */
function openToClientsOf(name: string, exposure: Exposure, parent: pulumi.Resource): void {
  const edge = ownEdge(exposure);
  if (edge === undefined) return;
  const clients = clientBlocks(edge);
  openToClients(`${name}-http`, { to: endpoint(apiApp, ports.http), clients }, { parent });
  openToClients(`${name}-worker`, { to: endpoint(apiApp, ports.worker), clients }, { parent });
}
