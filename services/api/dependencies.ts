import type * as pulumi from "@pulumi/pulumi";
import type { Endpoint } from "../kit/app.ts";
import type { DatabaseBackend } from "../kit/backends/database.ts";
import type { MediaStore } from "../kit/backends/media-store.ts";
import type { SecretText } from "../kit/secrets/secret-text.ts";

/** A service that the API calls: where it is, and the URL with the API's own credentials. */
export interface Backend {
  readonly endpoint: Endpoint;
  readonly url: SecretText;
  /** PEM of the authorities of its certificate; without it there is no TLS. */
  readonly ca?: pulumi.Output<string> | undefined;
}

export interface ApiDependencies {
  readonly database: DatabaseBackend;
  readonly broker: Backend;
  readonly cache: Backend;
  readonly mediaStore: MediaStore;
}
