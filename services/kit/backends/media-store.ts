import type * as pulumi from "@pulumi/pulumi";
import type { WriteOnce } from "../../../infra/cluster.ts";
import type { Env, SecretValue } from "../pods/env.ts";
import { authoritiesOf } from "../tls/inside-tls.ts";
import type { Destination } from "../network/network.ts";
import type { StoreCredentials } from "./store-credentials.ts";

/** Where media lie, as the API and the workers see it: our own store, or a bucket of the cloud. */
export interface MediaStore {
  readonly endpoint: Destination;
  /** The S3 endpoint as pods reach it. */
  readonly insideUrl: string;
  /** As clients reach it; presigned URLs for them are made for this one. */
  readonly publicUrl: string;
  readonly region: string;
  readonly writeOnce: WriteOnce;
  readonly bucket: string | SecretValue;
  readonly credentials: StoreCredentials;
  /** PEM of the authorities of its certificate, where they are not those that everybody knows. */
  readonly ca?: pulumi.Output<string> | undefined;
}

/** What a program in Node has more that reads or writes media: it trusts the store's authorities beside those that everybody knows. */
export function mediaStorePart({ ca }: Pick<MediaStore, "ca">) {
  const { path, files = {} } = authoritiesOf("media-store", ca);
  const env: Env = path === undefined ? {} : { NODE_EXTRA_CA_CERTS: path };
  return { env, files };
}
