import type { WriteOnce } from "../../infra/cluster.ts";
import type { SecretValue } from "./env.ts";
import type { Destination } from "./network.ts";
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
}
