import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTVerifyGetKey } from "jose";
import type { Logger } from "pino";
import { Type } from "typebox";
import { Value } from "typebox/value";
import { AppError } from "../errors.ts";
import { fetchDocument } from "./fetch-document.ts";

/** Keys of this age are fetched anew, in the background. */
const freshMs = 10 * 60_000;
/** How long known keys go on while the issuer is away: tokens live about as long, and there are no new ones. */
const goodMs = 60 * 60_000;
/** A key id that nobody knows makes us ask the issuer at most this often. */
const coolDownMs = 30_000;
const coolDownAfterFailureMs = 5_000;

const Discovery = Type.Object({ issuer: Type.String(), jwks_uri: Type.String() });
const KeySet = Type.Object({
  keys: Type.Array(Type.Object({ kty: Type.String() }, { additionalProperties: true })),
});

/** OpenID Connect Discovery 1.0, section 4: below the issuer, whose last slash does not count. */
export function discoveryUrl(issuer: string): string {
  return `${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`;
}

export interface IssuerKeysOptions {
  readonly issuer: string;
  readonly log: Pick<Logger, "warn" | "info">;
  /** Milliseconds of a clock that is never set back. */
  readonly now?: () => number;
  /** For an issuer that a test runs on this machine; a stack has no way to set it. */
  readonly allowLoopbackHttp?: boolean;
}

type Keys = ReturnType<typeof createLocalJWKSet>;

/** The public keys of an issuer: fetched when a token needs one, kept, and fetched again when the issuer rotates them. */
export class IssuerKeys {
  readonly #options: IssuerKeysOptions;
  readonly #now: () => number;
  #keys: Keys | undefined;
  #fetchedAt = -Infinity;
  #triedAt = -Infinity;
  #failure: unknown;
  #pending: Promise<void> | undefined;

  constructor(options: IssuerKeysOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
  }

  /**
   * The key that a token names. Throws JWKSNoMatchingKey for one that the issuer does not publish, and `unavailable` as long
   * as nobody can tell.
   */
  readonly find: JWTVerifyGetKey = async (header, token) => {
    const keys = await this.#current();
    try {
      return await keys(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
      await this.#refreshUnlessCoolingDown();
      const renewed = this.#keys;
      if (this.#failure !== undefined || renewed === undefined) throw this.#away();
      return renewed(header, token);
    }
  };

  async #current(): Promise<Keys> {
    const age = this.#now() - this.#fetchedAt;
    if (age > goodMs) await this.#refreshUnlessCoolingDown();
    else if (age > freshMs) void this.#refreshUnlessCoolingDown();
    const keys = this.#keys;
    if (keys === undefined || this.#now() - this.#fetchedAt > goodMs) throw this.#away();
    return keys;
  }

  async #refreshUnlessCoolingDown(): Promise<void> {
    const coolDown = this.#failure === undefined ? coolDownMs : coolDownAfterFailureMs;
    if (this.#pending === undefined && this.#now() - this.#triedAt < coolDown) return;
    this.#pending ??= this.#refresh();
    await this.#pending;
  }

  /** Does not reject: what went wrong is kept, since more than one request may wait for it. */
  async #refresh(): Promise<void> {
    const { issuer, log } = this.#options;
    try {
      this.#keys = createLocalJWKSet(await this.#fetch());
      this.#fetchedAt = this.#now();
      if (this.#failure !== undefined) log.info({ issuer }, "the issuer's keys are there again");
      this.#failure = undefined;
    } catch (error) {
      this.#failure = error;
      log.warn({ err: error, issuer }, "the issuer's keys could not be fetched");
    }
    this.#triedAt = this.#now();
    this.#pending = undefined;
  }

  async #fetch(): Promise<JSONWebKeySet> {
    const { issuer } = this.#options;
    const url = this.#checked(discoveryUrl(issuer));
    const found = await fetchDocument(url);
    if (!Value.Check(Discovery, found)) throw new Error(`${url} has no issuer and jwks_uri`);
    if (found.issuer !== issuer) {
      throw new Error(
        `${url} is of the issuer ${found.issuer}; set api.oidc.issuer to exactly that, if it is meant`,
      );
    }
    const keys = await fetchDocument(this.#checked(found.jwks_uri));
    if (!Value.Check(KeySet, keys)) throw new Error(`${found.jwks_uri} is no set of keys`);
    return keys;
  }

  #checked(text: string): string {
    const url = URL.parse(text);
    const loopback =
      this.#options.allowLoopbackHttp === true &&
      url?.protocol === "http:" &&
      url.hostname === "127.0.0.1";
    if (url?.protocol !== "https:" && !loopback) throw new Error(`${text} is no https URL`);
    return text;
  }

  #away(): AppError {
    return new AppError(
      "unavailable",
      `Tokens cannot be checked: the keys of ${this.#options.issuer} could not be fetched; try again, or use an API key`,
      { cause: this.#failure, retryAfterSeconds: coolDownAfterFailureMs / 1_000 },
    );
  }
}
