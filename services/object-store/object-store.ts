import type * as pulumi from "@pulumi/pulumi";
import type { Cluster, NodePortEdge, Resources } from "../../infra/cluster.ts";
import { namespaces } from "../../infra/cluster.ts";
import { Component } from "../../infra/component.ts";
import { endpoint, type App, type Endpoint } from "../kit/app.ts";
import { secret } from "../kit/env.ts";
import type { MediaStore } from "../kit/media-store.ts";
import { exposureBy, ownNodePorts } from "../kit/exposure.ts";
import { openToClients } from "../kit/network.ts";
import { backendProbes, http } from "../kit/probes.ts";
import { StatefulWorkload } from "../kit/stateful-workload.ts";
import { generateKeys } from "./keys.ts";

export interface ObjectStoreArgs {
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

const probes = backendProbes((timing) => http("/health", "s3", timing), 60);

/** Uploads and finished renditions, behind the S3 protocol, on one volume. */
export class ObjectStore extends Component implements MediaStore {
  readonly endpoint: Endpoint = endpoint(app, port);
  readonly region = "us-east-1";
  readonly writeOnce = "if-none-match";
  readonly bucket = "framewright";
  /** As pods reach it. */
  readonly insideUrl = `http://${this.endpoint.host}:${port}`;
  /** As clients reach it; presigned URLs for them are made for this one. */
  readonly publicUrl: string;
  /** Of the account that owns the bucket; the root key stays with the store. */
  readonly credentials: MediaStore["credentials"];

  constructor(name: string, args: ObjectStoreArgs, opts: pulumi.ComponentResourceOptions) {
    super("services", "ObjectStore", name, opts);
    const exposure = exposureBy(args.edge, args.hasProxy === true);
    const edge = ownNodePorts(exposure);
    const place = { parent: this, cluster: args.cluster };
    const root = generateKeys(name, place);
    const owner = generateKeys(`${name}-owner`, place);
    new StatefulWorkload(
      `${name}-server`,
      {
        app,
        cluster: args.cluster,
        replicas: 1,
        storage: args.storage,
        ...(edge && { nodePorts: { s3: edge.ports.objectStore } }),
        pod: {
          image: args.cluster.image("object-store"),
          ports: { s3: port },
          env: {
            ROOT_ACCESS_KEY: secret(root.accessKeyId),
            ROOT_SECRET_KEY: secret(root.secretAccessKey),
            OWNER_ACCESS_KEY: secret(owner.accessKeyId),
            OWNER_SECRET_KEY: secret(owner.secretAccessKey),
            BUCKET: this.bucket,
          },
          dataDirectory: "/data",
          probes,
          resources: args.resources,
          priority: "platform-critical",
          graceSeconds: 60,
        },
      },
      { parent: this },
    );
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
