import type * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import type { Cluster, NodePortEdge, Resources } from "../../infra/cluster.ts";
import { namespaces } from "../../infra/cluster.ts";
import { Component } from "../../infra/component.ts";
import { endpoint, type App, type Endpoint } from "../kit/app.ts";
import { secret } from "../kit/env.ts";
import type { MediaStore } from "../kit/media-store.ts";
import { openToClients } from "../kit/network.ts";
import { http, startWithin, type Probes } from "../kit/probes.ts";
import { StatefulWorkload } from "../kit/stateful-workload.ts";

export interface ObjectStoreArgs {
  readonly cluster: Pick<Cluster, "image" | "storageClass" | "retainVolumes">;
  /** Presigned URLs for clients name it. */
  readonly edge: NodePortEdge;
  readonly storage: string;
  readonly resources: Resources;
}

const port = 7070;
const app: App = { name: "object-store", namespace: namespaces.data, component: "storage" };

const probes: Probes = {
  startup: http("/health", "s3", startWithin(60)),
  readiness: http("/health", "s3", { periodSeconds: 5, timeoutSeconds: 5, failureThreshold: 3 }),
  liveness: http("/health", "s3", { periodSeconds: 30, timeoutSeconds: 10, failureThreshold: 4 }),
};

/** Uploads and finished renditions, behind the S3 protocol, on one volume. */
export class ObjectStore extends Component implements MediaStore {
  readonly endpoint: Endpoint = endpoint(app, port);
  readonly region = "us-east-1";
  readonly bucket = "framewright";
  /** As pods reach it. */
  readonly insideUrl = `http://${this.endpoint.host}:${port}`;
  /** As clients reach it; presigned URLs for them are made for this one. */
  readonly publicUrl: string;
  readonly credentials: MediaStore["credentials"];

  constructor(name: string, args: ObjectStoreArgs, opts: pulumi.ComponentResourceOptions) {
    super("services", "ObjectStore", name, opts);
    const { edge } = args;
    const accessKey = new random.RandomPassword(
      `${name}-access-key`,
      { length: 20, special: false, lower: false },
      { parent: this },
    );
    const secretKey = new random.RandomPassword(
      `${name}-secret-key`,
      { length: 40, special: false },
      { parent: this },
    );
    new StatefulWorkload(
      `${name}-server`,
      {
        app,
        cluster: args.cluster,
        replicas: 1,
        storage: args.storage,
        nodePorts: { s3: edge.ports.objectStore },
        pod: {
          image: args.cluster.image("object-store"),
          ports: { s3: port },
          env: {
            ROOT_ACCESS_KEY: secret(accessKey.result),
            ROOT_SECRET_KEY: secret(secretKey.result),
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
    openToClients(name, { to: this.endpoint, clients: [edge.clients] }, { parent: this });
    this.publicUrl = `http://${edge.host}:${edge.ports.objectStore}`;
    this.credentials = {
      kind: "keys",
      accessKeyId: accessKey.result,
      secretAccessKey: secretKey.result,
    };
    this.registerOutputs({});
  }
}
