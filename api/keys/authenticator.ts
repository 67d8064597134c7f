import { LRUCache } from "lru-cache";
import { isKey, type KeyKind } from "@framewright/contracts/api-key.ts";
import type { FailureLimit } from "./failure-limit.ts";
import { digestOf } from "./keys.ts";

/** A revoked key works for at most this long on each replica; an unknown one is not looked up again. */
const rememberMs = 3_000;
/** A key that was good in this time is looked up even where its address is refused for others' failures. */
const provenMs = 10 * 60_000;
const maxRemembered = 10_000;

export interface AuthenticatorOptions<Owner extends object> {
  readonly kind: KeyKind;
  readonly find: (key: string, digest: Buffer) => Promise<Owner | undefined>;
  readonly failures: FailureLimit;
}

/** Finds whose key a request carries, and remembers it shortly: a busy client costs one look-up now and then. */
export class Authenticator<Owner extends object> {
  readonly #options: AuthenticatorOptions<Owner>;
  readonly #known = new LRUCache<string, Owner>({ max: maxRemembered, ttl: rememberMs });
  readonly #unknown = new LRUCache<string, true>({ max: maxRemembered, ttl: rememberMs });
  readonly #proven = new LRUCache<string, true>({ max: maxRemembered, ttl: provenMs });

  constructor(options: AuthenticatorOptions<Owner>) {
    this.#options = options;
  }

  /**
   * Undefined for a key that is malformed, unknown or revoked. Throws `rate-limited` when too many
   * unknown keys came from the address.
   */
  async authenticate(key: string, address: string): Promise<Owner | undefined> {
    const { kind, failures } = this.#options;
    if (!isKey(kind, key)) return undefined;
    const digest = digestOf(key);
    const name = digest.toString("base64");
    const known = this.#known.get(name);
    if (known) return known;
    const wasNoFailure = this.#proven.has(name) ? undefined : failures.expectFailure(address);
    const owner = await this.#lookUp(name, key, digest);
    if (owner) wasNoFailure?.();
    return owner;
  }

  forgetAll(): void {
    this.#known.clear();
  }

  async #lookUp(name: string, key: string, digest: Buffer): Promise<Owner | undefined> {
    if (this.#unknown.has(name)) return undefined;
    const owner = await this.#options.find(key, digest);
    if (owner) {
      this.#known.set(name, owner);
      this.#proven.set(name, true);
    } else {
      this.#unknown.set(name, true);
      this.#proven.delete(name);
    }
    return owner;
  }
}
