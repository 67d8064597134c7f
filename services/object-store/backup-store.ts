import type * as pulumi from "@pulumi/pulumi";
import { namespaces, type Cluster, type Resources } from "../../infra/cluster.ts";
import { Component } from "../../infra/component.ts";
import { endpoint, type App, type Endpoint } from "../kit/app.ts";
import type { BackupRepository } from "../kit/backends/backup-repository.ts";
import { authorityOf } from "../kit/tls/certificates.ts";
import { generateSeed } from "../kit/secrets/password.ts";
import { backendProbes, https } from "../kit/pods/probes.ts";
import { StatefulWorkload } from "../kit/workloads/stateful-workload.ts";
import { generateAccounts } from "./keys.ts";

export interface BackupStoreArgs {
  readonly cluster: Pick<Cluster, "image" | "storageClass" | "retainVolumes" | "secretStore">;
  readonly storage: string;
}

const port = 7070;
const app: App = { name: "backup-store", namespace: namespaces.data, component: "backup" };
const certificateFile = "/etc/framewright/store.pem";
const keyFile = "/etc/framewright/store.key";
const resources: Resources = {
  requests: { cpu: "50m", memory: "64Mi" },
  limits: { cpu: "1", memory: "256Mi" },
};

const probes = backendProbes((timing) => https("/health", "s3", timing), 60);

/** Certificate and key for the store's name, and what clients check them by. */
function certify(name: string, host: string, parent: pulumi.Resource) {
  return generateSeed(`${name}-certificate`, parent).apply((password) => {
    const authority = authorityOf(password, "framewright backup store");
    return {
      ...authority.issue({ subject: app.name, names: [host] }),
      ca: authority.certificate,
    };
  });
}

/** Backups, on a volume of their own: neither a full media volume nor its loss takes them along. pgBackRest wants TLS. */
export class BackupStore extends Component implements BackupRepository {
  readonly endpoint: Endpoint = endpoint(app, port);
  readonly host = this.endpoint.host;
  readonly port = port;
  readonly region = "us-east-1";
  readonly uriStyle = "path";
  readonly bucket = "backups";
  readonly ca: pulumi.Output<string>;
  readonly credentials: BackupRepository["credentials"];

  constructor(name: string, args: BackupStoreArgs, opts: pulumi.ComponentResourceOptions) {
    super("services", "BackupStore", name, opts);
    const place = { parent: this, cluster: args.cluster };
    const { owner, env } = generateAccounts(name, this.bucket, place);
    const certified = certify(name, this.host, this);
    new StatefulWorkload(
      `${name}-server`,
      {
        app,
        cluster: args.cluster,
        replicas: 1,
        storage: args.storage,
        pod: {
          image: args.cluster.image("object-store"),
          ports: { s3: port },
          env: {
            ...env,
            VGW_CERT: certificateFile,
            VGW_KEY: keyFile,
          },
          files: { [certificateFile]: certified.certificate, [keyFile]: certified.key },
          dataDirectory: "/data",
          probes,
          resources,
          priority: "platform-critical",
          graceSeconds: 60,
        },
      },
      { parent: this },
    );
    this.ca = certified.ca;
    this.credentials = { kind: "keys", ...owner };
    this.registerOutputs({});
  }
}
