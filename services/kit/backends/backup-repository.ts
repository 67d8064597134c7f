import type * as pulumi from "@pulumi/pulumi";
import type { SecretValue } from "../pods/env.ts";
import { openWay, type Destination } from "../network/network.ts";
import type { App } from "../app.ts";
import type { StoreCredentials } from "./store-credentials.ts";

/** Where backups lie: a store of ours or a bucket of the cloud, by the S3 protocol and TLS. */
export interface BackupRepository {
  readonly endpoint: Destination;
  readonly host: string;
  readonly port: number;
  readonly region: string;
  /** Whether the bucket is a part of the path or of the host's name. */
  readonly uriStyle: "path" | "host";
  readonly bucket: string | SecretValue;
  /** PEM of the authorities of the store's certificate, where they are not those that everybody knows. */
  readonly ca?: pulumi.Output<string>;
  /** Of an account that reaches these backups and nothing else. */
  readonly credentials: StoreCredentials;
}

/** The way of a pod to the repository, and to its credentials. */
export function openToRepository(
  name: string,
  { from, repository }: { readonly from: App; readonly repository: BackupRepository },
  parent: pulumi.Resource,
): void {
  openWay(`${name}-to-object-store`, { from, to: repository.endpoint }, { parent });
  if (repository.credentials.kind === "pod-identity") {
    const { cidr, port } = repository.credentials.agent;
    const to = { blocks: [{ cidr, except: [] }], port };
    openWay(`${name}-to-credentials`, { from, to }, { parent });
  }
}
