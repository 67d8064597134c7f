import type * as pulumi from "@pulumi/pulumi";
import type { Cluster, NodePortEdge, Resources } from "../../infra/cluster.ts";
import { namespaces } from "../../infra/cluster.ts";
import { Component } from "../../infra/component.ts";
import { endpoint, type App, type Endpoint } from "../kit/app.ts";
import {
  certified,
  tlsFiles,
  tlsFolder,
  type ServerCertificate,
  type WantedTls,
} from "../kit/tls/inside-tls.ts";
import type { MediaStore } from "../kit/backends/media-store.ts";
import { exposureBy, ownNodePorts } from "../kit/network/exposure.ts";
import { openToClients } from "../kit/network/network.ts";
import { backendProbes, http, https } from "../kit/pods/probes.ts";
import { StatefulWorkload } from "../kit/workloads/stateful-workload.ts";
import { generateAccounts } from "./keys.ts";

export interface ObjectStoreArgs extends WantedTls {
  readonly cluster: Pick<Cluster, "image" | "storageClass" | "retainVolumes" | "secretStore">;
  /** Presigned URLs for clients name it. */
  readonly edge: NodePortEdge;
  /**
   * Whether clients come by the stack's proxy alone.
   * @default false
   */
  readonly hasProxy?: boolean;
  readonly storage: string;
  readonly resources: Resources;
}

const port = 7070;
const app: App = { name: "object-store", namespace: namespaces.data, component: "storage" };

const health = "/health";

/** What the pod has more of a store that shows a certificate. */
function tlsPart(certificate: ServerCertificate | undefined) {
  if (certificate === undefined) {
    return { probes: backendProbes((timing) => http(health, "s3", timing), 60) };
  }
  return {
    probes: backendProbes((timing) => https(health, "s3", timing), 60),
    env: { TLS_FOLDER: tlsFolder, VGW_CERT: tlsFiles.certificate, VGW_KEY: tlsFiles.key },
    secretFolders: certificate.folders,
  };
}

/** Uploads and finished renditions, behind the S3 protocol, on one volume. */
export class ObjectStore extends Component implements MediaStore {
  readonly endpoint: Endpoint = endpoint(app, port);
  readonly region = "us-east-1";
  readonly writeOnce = "if-none-match";
  readonly bucket = "framewright";
  /** As pods reach it. */
  readonly insideUrl: string;
  readonly ca: pulumi.Output<string> | undefined;
  /** As clients reach it; presigned URLs for them are made for this one. */
  readonly publicUrl: string;
  /** Of the account that owns the bucket. */
  readonly credentials: MediaStore["credentials"];

  constructor(name: string, args: ObjectStoreArgs, opts: pulumi.ComponentResourceOptions) {
    super("services", "ObjectStore", name, opts);
    const exposure = exposureBy(args.edge, args.hasProxy === true);
    const edge = ownNodePorts(exposure);
    const place = { parent: this, cluster: args.cluster };
    const { owner, env } = generateAccounts(name, this.bucket, place);
    const { tls, authority } = args;
    const certificate = certified(name, { tls, authority, app, names: [this.endpoint.host] }, this);
    const { env: tlsEnv, ...part } = tlsPart(certificate);
    new StatefulWorkload(
      `${name}-server`,
      {
        app,
        cluster: args.cluster,
        replicas: 1,
        storage: args.storage,
        ...(edge && { nodePorts: { s3: edge.ports.objectStore } }),
        pod: {
          ...part,
          image: args.cluster.image("object-store"),
          ports: { s3: port },
          env: { ...env, ...tlsEnv },
          dataDirectory: "/data",
          resources: args.resources,
          priority: "platform-critical",
          graceSeconds: 60,
        },
      },
      { parent: this, dependsOn: certificate ? [certificate.secret] : [] },
    );
    this.ca = certificate?.ca;
    this.insideUrl = `${certificate === undefined ? "http" : "https"}://${this.endpoint.host}:${port}`;
    if (edge) {
      openToClients(name, { to: this.endpoint, clients: [edge.clients] }, { parent: this });
    }
    this.publicUrl =
      exposure.kind === "proxy"
        ? exposure.urls.api
        : `http://${args.edge.host}:${args.edge.ports.objectStore}`;
    this.credentials = { kind: "keys", ...owner };
    this.registerOutputs({});
  }
}
