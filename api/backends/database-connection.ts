import { readFileSync } from "node:fs";
import { isIP } from "node:net";
import type pg from "pg";

/** Where the database is, and who vouches for it. */
export interface DatabaseAddress {
  readonly url: string;
  /** PEM file of the authorities that may sign its certificate; without it there is no TLS. */
  readonly caFile: string | undefined;
}

/** `sslmode` and its like in the URL would replace the settings here, as pg reads it. */
function withoutTlsParameters(url: string): URL {
  const plain = new URL(url);
  for (const name of [...plain.searchParams.keys()]) {
    if (name.startsWith("ssl") || name === "uselibpqcompat") plain.searchParams.delete(name);
  }
  return plain;
}

/**
 * Options of a connection. With authorities, nothing but a server with their certificate for the URL's host
 * will do (libpq's verify-full). Cloud SQL is reached at an address that its certificate does not name, but
 * each instance has an authority of its own, so there that authority is the name (verify-ca).
 */
export function connectionOf({ url, caFile }: DatabaseAddress): pg.ClientConfig {
  if (caFile === undefined) return { connectionString: url };
  const plain = withoutTlsParameters(url);
  const ca = readFileSync(caFile, "utf8");
  const named = isIP(plain.hostname.replace(/^\[|\]$/g, "")) === 0;
  return {
    connectionString: plain.href,
    ssl: { ca, ...(named ? {} : { checkServerIdentity: () => undefined }) },
  };
}
