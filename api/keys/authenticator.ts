import { LRUCache } from "lru-cache";
import { isKey, type KeyKind } from "@framewright/contracts/api-key.ts";
import { digestOf } from "./keys.ts";

/** A revoked key works for at most this long on each replica. */
const rememberMs = 3_000;
const maxRemembered = 10_000;

/** Finds whose key a request carries, and remembers it shortly: a busy client costs one look-up now and then. */
export class Authenticator<Owner extends object> {
  readonly #kind: KeyKind;
  readonly #find: (key: string, digest: Buffer) => Promise<Owner | undefined>;
  readonly #known = new LRUCache<string, Owner>({ max: maxRemembered, ttl: rememberMs });

  constructor(kind: KeyKind, find: (key: string, digest: Buffer) => Promise<Owner | undefined>) {
    this.#kind = kind;
    this.#find = find;
  }

  /** Undefined for a key that is malformed, unknown or revoked. */
  async authenticate(key: string): Promise<Owner | undefined> {
    if (!isKey(this.#kind, key)) return undefined;
    const digest = digestOf(key);
    const name = digest.toString("base64");
    const known = this.#known.get(name);
    if (known) return known;
    const owner = await this.#find(key, digest);
    if (owner) this.#known.set(name, owner);
    return owner;
  }

  forgetAll(): void {
    this.#known.clear();
  }
}
