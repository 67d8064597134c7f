import type { TokenStore } from "../oidc/token-store.ts";
import type { Caller } from "./caller.ts";
import type { KeyStore } from "./key-store.ts";

export interface Callers {
  /** Undefined for what is no good key or token; throws for an address that fails too often. */
  authenticate(bearer: string, address: string): Promise<Caller | undefined>;
  /** False once the key is revoked, the token has expired or the project is archived, at most three seconds later. */
  isActive(caller: Caller): Promise<boolean>;
  /** Whose tokens are taken beside keys. */
  readonly issuer: string | undefined;
}

export function createCallers(
  keys: Pick<KeyStore, "authenticate" | "isActive">,
  tokens?: TokenStore,
): Callers {
  return {
    issuer: tokens?.issuer,
    authenticate: async (bearer, address) =>
      (await keys.authenticate(bearer, address)) ?? tokens?.authenticate(bearer, address),
    isActive: (caller) => {
      if (caller.expiresAt === undefined) return keys.isActive(caller.keyId);
      if (caller.expiresAt <= Date.now()) return Promise.resolve(false);
      return tokens?.isActive(caller) ?? Promise.resolve(false);
    },
  };
}
