import { timingSafeEqual } from "node:crypto";
import { clientKeyKind } from "@framewright/contracts/api-key.ts";
import type { ApiKeyCreated, ApiKeyView } from "@framewright/contracts/client-api.ts";
import type { Db } from "../backends/db.ts";
import { AppError } from "../errors.ts";
import { newId } from "../ids.ts";
import { Authenticator } from "./authenticator.ts";
import { digestOf, generateKey, prefixOf } from "./keys.ts";

/** Whose key a request carried. */
export interface Caller {
  readonly keyId: string;
  readonly projectId: string;
}

export interface KeyStore {
  /** Undefined for a key that is malformed, unknown or revoked. */
  authenticate(key: string): Promise<Caller | undefined>;
  create(projectId: string, name: string): Promise<ApiKeyCreated>;
  list(projectId: string): Promise<ApiKeyView[]>;
  revoke(projectId: string, keyId: string): Promise<void>;
}

interface KeyRow {
  readonly id: string;
  readonly name: string;
  readonly prefix: string;
  readonly created_at: Date;
  readonly last_used_at: Date | null;
  readonly revoked_at: Date | null;
}

function viewOf(row: KeyRow): ApiKeyView {
  return {
    id: row.id,
    name: row.name,
    prefix: row.prefix,
    createdAt: row.created_at.toISOString(),
    ...(row.last_used_at && { lastUsedAt: row.last_used_at.toISOString() }),
    ...(row.revoked_at && { revokedAt: row.revoked_at.toISOString() }),
  };
}

async function lookUp(db: Db, key: string, digest: Buffer): Promise<Caller | undefined> {
  const { rows } = await db.query<{ id: string; project_id: string; digest: Buffer }>({
    name: "key-by-prefix",
    text: "SELECT id, project_id, digest FROM api_keys WHERE prefix = $1 AND revoked_at IS NULL",
    values: [prefixOf(clientKeyKind, key)],
  });
  const row = rows.find((candidate) => timingSafeEqual(candidate.digest, digest));
  if (!row) return undefined;
  await db.query({
    name: "key-used",
    text: `UPDATE api_keys SET last_used_at = now()
           WHERE id = $1 AND (last_used_at IS NULL OR last_used_at < now() - interval '1 minute')`,
    values: [row.id],
  });
  return { keyId: row.id, projectId: row.project_id };
}

async function insertKey(db: Db, projectId: string, name: string): Promise<ApiKeyCreated> {
  const key = generateKey(clientKeyKind);
  const { rows } = await db.query<KeyRow>(
    `INSERT INTO api_keys (id, project_id, name, prefix, digest) VALUES ($1, $2, $3, $4, $5)
     RETURNING id, name, prefix, created_at, last_used_at, revoked_at`,
    [newId(), projectId, name, prefixOf(clientKeyKind, key), digestOf(key)],
  );
  const [row] = rows;
  if (!row) throw new Error("the key was not stored");
  return { ...viewOf(row), key };
}

export function createKeyStore(db: Db): KeyStore {
  const owners = new Authenticator(clientKeyKind, (key, digest) => lookUp(db, key, digest));
  return {
    authenticate: (key) => owners.authenticate(key),
    create: (projectId, name) => insertKey(db, projectId, name),
    list: async (projectId) => {
      const { rows } = await db.query<KeyRow>(
        `SELECT id, name, prefix, created_at, last_used_at, revoked_at FROM api_keys
         WHERE project_id = $1 ORDER BY id DESC LIMIT 1000`,
        [projectId],
      );
      return rows.map(viewOf);
    },
    revoke: async (projectId, keyId) => {
      const { rowCount } = await db.query(
        `UPDATE api_keys SET revoked_at = coalesce(revoked_at, now())
         WHERE id = $1 AND project_id = $2`,
        [keyId, projectId],
      );
      if (rowCount === 0) throw new AppError("key-not-found", `There is no key ${keyId}`);
      owners.forgetAll();
    },
  };
}
