import type { KeyScope } from "@framewright/contracts/client-api.ts";

/** Who sent a request, by a key or by a token of the stack's issuer. */
export interface Caller {
  /** Of the key; for a token, an id that issuer and subject always give. */
  readonly keyId: string;
  /** Of the key; for a token, its subject and issuer. */
  readonly keyName: string;
  readonly projectId: string;
  readonly scopes: readonly KeyScope[];
  /** When the token is refused, in milliseconds since 1970; a key has no such moment. */
  readonly expiresAt?: number;
}
