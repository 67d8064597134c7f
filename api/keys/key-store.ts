import { timingSafeEqual } from "node:crypto";
import { LRUCache } from "lru-cache";
import { clientKeyKind } from "@framewright/contracts/api-key.ts";
import {
  defaultKeyScopes,
  type ApiKeyCreated,
  type ApiKeyView,
  type CreateApiKey,
  type KeyScope,
} from "@framewright/contracts/client-api.ts";
import { recordWrite, type Actor } from "../audit-log.ts";
import type { Db } from "../backends/db.ts";
import type { Notifier } from "../backends/notifier.ts";
import { AppError } from "../errors.ts";
import { newId } from "../ids.ts";
import { Authenticator } from "./authenticator.ts";
import type { FailureLimit } from "./failure-limit.ts";
import { digestOf, generateKey, prefixOf } from "./keys.ts";

/** Whose key a request carried. */
export interface Caller {
  readonly keyId: string;
  readonly keyName: string;
  readonly projectId: string;
  readonly scopes: readonly KeyScope[];
}

export interface KeyStore {
  /** Undefined for a key that is malformed, unknown or revoked; throws for an address that fails too often. */
  authenticate(key: string, address: string): Promise<Caller | undefined>;
  /** False once the key is revoked, at most three seconds later. */
  isActive(keyId: string): Promise<boolean>;
  create(by: Actor, request: CreateApiKey): Promise<ApiKeyCreated>;
  list(projectId: string): Promise<ApiKeyView[]>;
  /** Refuses the last key of the project with the scope admin: nobody could make another. */
  revoke(by: Actor, keyId: string): Promise<void>;
}

interface KeyRow {
  readonly id: string;
  readonly name: string;
  readonly scopes: KeyScope[];
  readonly prefix: string;
  readonly created_at: Date;
  readonly last_used_at: Date | null;
  readonly revoked_at: Date | null;
}

function viewOf(row: KeyRow): ApiKeyView {
  return {
    id: row.id,
    name: row.name,
    scopes: row.scopes,
    prefix: row.prefix,
    createdAt: row.created_at.toISOString(),
    ...(row.last_used_at && { lastUsedAt: row.last_used_at.toISOString() }),
    ...(row.revoked_at && { revokedAt: row.revoked_at.toISOString() }),
  };
}

interface CredentialRow {
  readonly id: string;
  readonly name: string;
  readonly project_id: string;
  readonly scopes: KeyScope[];
  readonly digest: Buffer;
}

async function lookUp(db: Db, key: string, digest: Buffer): Promise<Caller | undefined> {
  const { rows } = await db.query<CredentialRow>({
    name: "key-by-prefix",
    text: `SELECT id, name, project_id, scopes, digest FROM api_keys
           WHERE prefix = $1 AND revoked_at IS NULL`,
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
  const { id, name, project_id: projectId, scopes } = row;
  return { keyId: id, keyName: name, projectId, scopes };
}

/** The columns of KeyRow. */
const keyColumns = "id, name, scopes, prefix, created_at, last_used_at, revoked_at";

async function insertKey(
  db: Db,
  by: Actor,
  { name, scopes = [...defaultKeyScopes] }: CreateApiKey,
): Promise<ApiKeyCreated> {
  const key = generateKey(clientKeyKind);
  const row = await db.tx(async (client) => {
    const { rows } = await client.query<KeyRow>(
      `INSERT INTO api_keys (id, project_id, name, prefix, digest, scopes)
       VALUES ($1, $2, $3, $4, $5, $6) RETURNING ${keyColumns}`,
      [newId(), by.projectId, name, prefixOf(clientKeyKind, key), digestOf(key), scopes],
    );
    const [made] = rows;
    if (!made) throw new Error("the key was not stored");
    await recordWrite(client, by, "api-key.create", made.id);
    return made;
  });
  return { ...viewOf(row), key };
}

async function revokeKey(db: Db, by: Actor, keyId: string): Promise<void> {
  const { projectId } = by;
  await db.tx(async (client) => {
    // One revocation of a project at a time: two could each leave the other's key as the last.
    await client.query("SELECT 1 FROM projects WHERE id = $1 FOR UPDATE", [projectId]);
    const { rows } = await client.query<KeyRow>(
      `SELECT ${keyColumns} FROM api_keys WHERE project_id = $1 AND (id = $2 OR revoked_at IS NULL)`,
      [projectId, keyId],
    );
    if (!rows.some(({ id }) => id === keyId)) {
      throw new AppError("key-not-found", `There is no key ${keyId}`);
    }
    const others = rows.filter(({ id, scopes }) => id !== keyId && scopes.includes("admin"));
    const isAdmin = rows.some(({ id, scopes }) => id === keyId && scopes.includes("admin"));
    if (isAdmin && others.length === 0) {
      throw new AppError(
        "last-admin-key",
        `${keyId} is the last key with the scope admin; create another one first`,
      );
    }
    await client.query(
      "UPDATE api_keys SET revoked_at = coalesce(revoked_at, now()) WHERE id = $1",
      [keyId],
    );
    await recordWrite(client, by, "api-key.revoke", keyId);
  });
}

const activeMs = 3_000;
const maxActive = 10_000;

export interface KeyStoreOptions {
  readonly db: Db;
  readonly failures: FailureLimit;
  /** Tells all replicas of a revoked key. */
  readonly notifier: Pick<Notifier, "keyRevoked">;
}

export function createKeyStore({ db, failures, notifier }: KeyStoreOptions): KeyStore {
  const owners = new Authenticator({
    kind: clientKeyKind,
    find: (key, digest) => lookUp(db, key, digest),
    failures,
  });
  const active = new LRUCache<string, boolean>({ max: maxActive, ttl: activeMs });
  return {
    authenticate: (key, address) => owners.authenticate(key, address),
    isActive: async (keyId) => {
      const remembered = active.get(keyId);
      if (remembered !== undefined) return remembered;
      const { rowCount } = await db.query({
        name: "key-is-active",
        text: "SELECT 1 FROM api_keys WHERE id = $1 AND revoked_at IS NULL",
        values: [keyId],
      });
      active.set(keyId, rowCount === 1);
      return rowCount === 1;
    },
    create: (by, request) => insertKey(db, by, request),
    list: async (projectId) => {
      const { rows } = await db.query<KeyRow>(
        `SELECT ${keyColumns} FROM api_keys WHERE project_id = $1 ORDER BY id DESC LIMIT 1000`,
        [projectId],
      );
      return rows.map(viewOf);
    },
    revoke: async (by, keyId) => {
      await revokeKey(db, by, keyId);
      owners.forgetAll();
      active.delete(keyId);
      notifier.keyRevoked(keyId);
    },
  };
}
