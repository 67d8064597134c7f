import type * as pulumi from "@pulumi/pulumi";
import type { Endpoint } from "../kit/app.ts";

/** A service that the API calls: where it is, and the URL with the API's own credentials. */
export interface Backend {
  readonly endpoint: Endpoint;
  readonly url: pulumi.Output<string>;
}

export interface ObjectStoreBackend {
  readonly endpoint: Endpoint;
  readonly insideUrl: string;
  readonly publicUrl: string;
  readonly accessKeyId: pulumi.Output<string>;
  readonly secretAccessKey: pulumi.Output<string>;
}

export interface ApiDependencies {
  readonly database: Backend;
  readonly broker: Backend;
  readonly cache: Backend;
  readonly objectStore: ObjectStoreBackend;
}
