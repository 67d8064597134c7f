import { LRUCache } from "lru-cache";
import type { OnLook } from "../backend-metrics.ts";
import { AppError, type ErrorCode } from "../errors.ts";
import type { FailureLimit } from "./failure-limit.ts";
import { digestOf } from "./keys.ts";

/** A revoked key works for at most this long on each replica; an unknown one is not looked up again. */
const rememberMs = 3_000;
/** A key that was good in this time is looked up even where its address is refused for others' failures. */
const provenMs = 10 * 60_000;
const maxRemembered = 10_000;

export interface AuthenticatorOptions<Owner extends object> {
  /** Whether it is worth a look-up: what has not the form of a key is no attempt at one. */
  readonly hasForm: (key: string) => boolean;
  /** Undefined for a key of nobody. Throws `unauthorized` or `worker-revoked` for one that it refuses with a reason. */
  readonly find: (key: string, digest: Buffer) => Promise<Owner | undefined>;
  readonly failures: FailureLimit;
  readonly onLook: OnLook;
}

const refusals: readonly ErrorCode[] = ["unauthorized", "worker-revoked"];

function isRefusal(error: unknown): error is AppError {
  return error instanceof AppError && refusals.includes(error.code);
}

/** Finds whose key a request carries, and remembers it shortly: a busy client costs one look-up now and then. */
export class Authenticator<Owner extends object> {
  readonly #options: AuthenticatorOptions<Owner>;
  readonly #known = new LRUCache<string, Owner>({ max: maxRemembered, ttl: rememberMs });
  readonly #unknown = new LRUCache<string, AppError | "unknown">({
    max: maxRemembered,
    ttl: rememberMs,
  });
  readonly #proven = new LRUCache<string, true>({ max: maxRemembered, ttl: provenMs });

  constructor(options: AuthenticatorOptions<Owner>) {
    this.#options = options;
  }

  /**
   * Undefined for a key that is malformed, unknown or revoked. Throws `rate-limited` when too many
   * unknown keys came from the address, and what `find` throws.
   */
  async authenticate(key: string, address: string): Promise<Owner | undefined> {
    const { hasForm, failures, onLook } = this.#options;
    if (!hasForm(key)) return undefined;
    const digest = digestOf(key);
    const name = digest.toString("base64");
    const known = this.#known.get(name);
    onLook(known !== undefined);
    if (known) return known;
    const wasNoFailure = this.#proven.has(name) ? undefined : failures.expectFailure(address);
    try {
      const owner = await this.#lookUp(name, key, digest);
      if (owner) wasNoFailure?.();
      return owner;
    } catch (error) {
      // A database or an issuer that is away says nothing about the key.
      if (!isRefusal(error)) wasNoFailure?.();
      throw error;
    }
  }

  forgetAll(): void {
    this.#known.clear();
  }

  async #lookUp(name: string, key: string, digest: Buffer): Promise<Owner | undefined> {
    const refused = this.#unknown.get(name);
    if (refused === "unknown") return undefined;
    if (refused) throw refused;
    try {
      const owner = await this.#options.find(key, digest);
      if (owner) this.#remember(name, owner);
      else this.#refuse(name, "unknown");
      return owner;
    } catch (error) {
      if (isRefusal(error)) this.#refuse(name, error);
      throw error;
    }
  }

  #remember(name: string, owner: Owner): void {
    this.#known.set(name, owner);
    this.#proven.set(name, true);
  }

  #refuse(name: string, how: AppError | "unknown"): void {
    this.#unknown.set(name, how);
    this.#proven.delete(name);
  }
}
