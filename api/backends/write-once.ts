import { createHash, createHmac } from "node:crypto";

interface Dialect {
  readonly algorithm: string;
  readonly keyPrefix: string;
  /** Service and end of the scope of a signature. */
  readonly scope: readonly [service: string, end: string];
  readonly parameterPrefix: string;
  /** The header that refuses an object that is there already, with 412. */
  readonly condition: readonly [name: string, value: string];
}

/**
 * How a store refuses to overwrite an object. Both sign by version 4 and differ in names alone.
 *
 * Google ignores `If-None-Match` at a PUT, refuses headers of its own beside those of Amazon, and so wants the
 * signature in its own words: https://docs.cloud.google.com/storage/docs/aws-simple-migration (AWS4 for `x-amz-*`
 * headers, GOOG4 for `x-goog-*`) and https://docs.cloud.google.com/storage/docs/request-preconditions.
 * Amazon: https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html.
 */
const dialects = {
  "if-none-match": {
    algorithm: "AWS4-HMAC-SHA256",
    keyPrefix: "AWS4",
    scope: ["s3", "aws4_request"],
    parameterPrefix: "X-Amz-",
    condition: ["if-none-match", "*"],
  },
  "generation-match": {
    algorithm: "GOOG4-HMAC-SHA256",
    keyPrefix: "GOOG4",
    scope: ["storage", "goog4_request"],
    parameterPrefix: "X-Goog-",
    condition: ["x-goog-if-generation-match", "0"],
  },
} as const satisfies Record<string, Dialect>;

export type WriteOnce = keyof typeof dialects;

export interface Unsigned {
  readonly method: "PUT" | "GET";
  readonly url: URL;
  /** Names in lower case; all of them are signed, `host` is added. */
  readonly headers: Readonly<Record<string, string>>;
  readonly region: string;
  readonly credentials: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken?: string | undefined;
  };
  readonly expiresSeconds: number;
  readonly now: Date;
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}

/** A pair of the query, encoded as RFC 3986 asks. */
function pair([name, value]: readonly [string, string]): string {
  const encode = (text: string) =>
    encodeURIComponent(text).replace(
      /[!'()*]/g,
      (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
    );
  return `${encode(name)}=${encode(value)}`;
}

/** An address that carries its own permission (signature version 4 in the query, of an unread body). */
export function signUrl(way: WriteOnce, request: Unsigned): string {
  const { algorithm, keyPrefix, scope, parameterPrefix }: Dialect = dialects[way];
  const { method, url, region, credentials, expiresSeconds } = request;
  const time = request.now.toISOString().replace(/[-:]|\.\d{3}/g, "");
  const parts = [time.slice(0, 8), region, ...scope];
  const headers = Object.entries({ ...request.headers, host: url.host }).toSorted(([a], [b]) =>
    a < b ? -1 : 1,
  );
  const signedHeaders = headers.map(([name]) => name).join(";");
  const { accessKeyId, sessionToken } = credentials;
  const parameters = Object.entries({
    Algorithm: algorithm,
    Credential: [accessKeyId, ...parts].join("/"),
    Date: time,
    Expires: String(expiresSeconds),
    ...(sessionToken !== undefined && { "Security-Token": sessionToken }),
    SignedHeaders: signedHeaders,
  }).map(([name, value]) => pair([`${parameterPrefix}${name}`, value]));
  const query = parameters.toSorted().join("&");
  const lines = headers.map(([name, value]) => `${name}:${value.trim()}\n`).join("");
  const canonical = [method, url.pathname, query, lines, signedHeaders, "UNSIGNED-PAYLOAD"];
  const digest = createHash("sha256").update(canonical.join("\n")).digest("hex");
  const key = parts.reduce(hmac, Buffer.from(keyPrefix + credentials.secretAccessKey));
  const toSign = [algorithm, time, parts.join("/"), digest].join("\n");
  const signature = hmac(key, toSign).toString("hex");
  return `${url.origin}${url.pathname}?${query}&${parameterPrefix}Signature=${signature}`;
}

/** The header that a PUT must send so that it cannot overwrite anything. */
export function conditionOf(way: WriteOnce): Record<string, string> {
  const [name, value] = dialects[way].condition;
  return { [name]: value };
}
