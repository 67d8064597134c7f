import type { BucketCredentials, SecretStore } from "../../../infra/cluster.ts";
import { storedText, type SecretText } from "../secrets/secret-text.ts";

/** How a program proves to a store who it is. */
export type StoreCredentials =
  | {
      readonly kind: "keys";
      readonly accessKeyId: SecretText;
      readonly secretAccessKey: SecretText;
    }
  | Extract<BucketCredentials, { kind: "pod-identity" }>;

/** Of a bucket of the cloud; its key may be one that the cluster's owner made and keeps. */
export function credentialsOf(
  name: string,
  credentials: BucketCredentials,
  store: SecretStore | undefined,
): StoreCredentials {
  if (credentials.kind !== "stored") return credentials;
  if (store === undefined) {
    throw new RangeError(`the key of ${name} is in a store of the owner's, and none is named`);
  }
  return {
    kind: "keys",
    accessKeyId: storedText(store, `${name}-access-key`, {
      pattern: "[0-9A-Z]{20,128}",
      words: "the access ID of an HMAC key",
    }),
    secretAccessKey: storedText(store, `${name}-secret-key`, {
      pattern: "[0-9A-Za-z+/=]{40,128}",
      words: "the secret of an HMAC key",
    }),
  };
}
