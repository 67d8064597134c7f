import { once } from "node:events";
import { createServer, type RequestListener, type Server, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import {
  exportJWK,
  generateKeyPair,
  SignJWT,
  type CryptoKey,
  type JWK,
  type JWTPayload,
} from "jose";
import { pino } from "pino";
import { onTestFinished } from "vitest";
import { IssuerKeys } from "../../../api/oidc/issuer-keys.ts";
import type { OidcSettings } from "../../../api/oidc/settings.ts";

export const audience = "framewright";
export const projectId = "00000000-0000-7000-8000-000000000001";

interface SigningKey {
  readonly kid: string;
  readonly alg: string;
  readonly privateKey: CryptoKey;
  readonly publicJwk: JWK;
}

export async function signingKey(kid: string, alg = "RS256"): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  return { kid, alg, privateKey, publicJwk: { ...(await exportJWK(publicKey)), kid, alg } };
}

/** RSA takes its time to generate; what no test changes is made once. */
const shared = new Map<string, Promise<SigningKey>>();
export function sharedKey(kid: string, alg = "RS256"): Promise<SigningKey> {
  const key = shared.get(kid) ?? signingKey(kid, alg);
  shared.set(kid, key);
  return key;
}

const now = () => Math.floor(Date.now() / 1_000);

/** Claims of a good token, with these changed; undefined leaves one out. */
export function claimsOf(issuer: string, change: JWTPayload = {}): JWTPayload {
  return {
    iss: issuer,
    aud: audience,
    sub: "alice",
    iat: now(),
    exp: now() + 300,
    framewright_project: projectId,
    scope: "openid framewright:read",
    ...change,
  };
}

/** PEM. */
interface TlsFiles {
  readonly key: string;
  readonly cert: string;
}

/** An issuer on this machine: discovery, keys and tokens. What it publishes may change while it runs. */
export class IssuerUnderTest {
  readonly server: Server;
  readonly asked: string[] = [];
  published: SigningKey[] = [];
  url = "";

  constructor(tls?: TlsFiles) {
    const listener: RequestListener = ({ url = "" }, response) => {
      this.asked.push(url);
      this.answer(url, response);
    };
    this.server = tls ? createTlsServer(tls, listener) : createServer(listener);
  }

  static async start(tls?: TlsFiles): Promise<IssuerUnderTest> {
    const issuer = new IssuerUnderTest(tls);
    issuer.published = [await sharedKey("one")];
    issuer.server.listen(0, "127.0.0.1");
    await once(issuer.server, "listening");
    const { port } = issuer.server.address() as AddressInfo;
    issuer.url = `${tls ? "https" : "http"}://127.0.0.1:${port}`;
    onTestFinished(() => {
      issuer.server.closeAllConnections();
      issuer.server.close();
    });
    return issuer;
  }

  documents(): Record<string, unknown> {
    return {
      "/.well-known/openid-configuration": { issuer: this.url, jwks_uri: `${this.url}/keys` },
      "/keys": { keys: this.published.map(({ publicJwk }) => publicJwk) },
    };
  }

  /** A test replaces it by an issuer that fails. */
  answer(path: string, response: ServerResponse): void {
    const document = this.documents()[path];
    response.writeHead(document === undefined ? 404 : 200, { "content-type": "application/json" });
    response.end(JSON.stringify(document ?? {}));
  }

  goAway(): void {
    this.answer = (_path, response) => response.writeHead(500).end();
  }

  comeBack(): void {
    this.answer = (path, response) => {
      IssuerUnderTest.prototype.answer.call(this, path, response);
    };
  }

  /** How often its keys were fetched. */
  get fetches(): number {
    return this.asked.filter((path) => path === "/keys").length;
  }

  async token(change: JWTPayload = {}, key?: SigningKey): Promise<string> {
    const { kid, alg, privateKey } = key ?? (await sharedKey("one"));
    return new SignJWT(claimsOf(this.url, change))
      .setProtectedHeader({ alg, kid })
      .sign(privateKey);
  }

  settings(change: Partial<OidcSettings> = {}): OidcSettings {
    return {
      issuer: this.url,
      audience,
      projectClaim: "framewright_project",
      scopeClaim: "scope",
      scopes: {
        read: ["framewright:read"],
        submit: ["framewright:submit"],
        admin: ["framewright:admin"],
        platform: [],
      },
      ...change,
    };
  }

  /** Its keys as the API fetches them; the clock stands unless the test moves it. */
  keys(clock: { ms: number } = { ms: 0 }): IssuerKeys {
    return new IssuerKeys({
      issuer: this.url,
      log: pino({ level: "silent" }),
      now: () => clock.ms,
      allowLoopbackHttp: true,
    });
  }
}
