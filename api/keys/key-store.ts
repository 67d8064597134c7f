import { timingSafeEqual } from "node:crypto";
import { LRUCache } from "lru-cache";
import { clientKeyKind, isKey } from "@framewright/contracts/api-key.ts";
import {
  defaultKeyScopes,
  type ApiKeyCreated,
  type ApiKeyView,
  type CreateApiKey,
  type KeyScope,
} from "@framewright/contracts/client-api.ts";
import { recordWrite, type Actor } from "../audit-log.ts";
import type { Db, Queryable } from "../backends/db.ts";
import type { Notifier } from "../backends/notifier.ts";
import type { OnLook } from "../backend-metrics.ts";
import { AppError } from "../errors.ts";
import { firstProjectId, newId } from "../ids.ts";
import { Authenticator } from "./authenticator.ts";
import type { Caller } from "./caller.ts";
import type { FailureLimit } from "./failure-limit.ts";
import { digestOf, generateKey, prefixOf } from "./keys.ts";

/** Who manages keys: with the scope platform those of every project. */
export interface KeyManager extends Actor {
  readonly scopes: readonly KeyScope[];
}

export interface KeyStore {
  /** Undefined for a key that is malformed, unknown or revoked; throws for an address that fails too often. */
  authenticate(key: string, address: string): Promise<Caller | undefined>;
  /** False once the key is revoked, at most three seconds later. */
  isActive(keyId: string): Promise<boolean>;
  create(by: KeyManager, request: CreateApiKey): Promise<ApiKeyCreated>;
  list(projectId: string): Promise<ApiKeyView[]>;
  /** Refuses the last key with which somebody could make another. */
  revoke(by: KeyManager, keyId: string): Promise<void>;
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
    text: `SELECT k.id, k.name, k.project_id, k.scopes, k.digest
           FROM api_keys k JOIN projects p ON p.id = k.project_id
           WHERE k.prefix = $1 AND k.revoked_at IS NULL AND p.archived_at IS NULL`,
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

/** Nobody gives more than they have, and a project of others does not exist. */
function requireMayMake(by: KeyManager, projectId: string, scopes: readonly KeyScope[]): void {
  if (by.scopes.includes("platform")) return;
  if (projectId !== by.projectId) {
    throw new AppError("project-not-found", `There is no project ${projectId}`);
  }
  if (!scopes.includes("platform")) return;
  const message = "A key with the scope platform is made with a key that has it";
  throw new AppError("insufficient-scope", message);
}

async function insertKey(
  db: Db,
  by: KeyManager,
  { name, projectId = by.projectId, scopes = [...defaultKeyScopes] }: CreateApiKey,
): Promise<ApiKeyCreated> {
  requireMayMake(by, projectId, scopes);
  const key = generateKey(clientKeyKind);
  const row = await db.tx(async (client) => {
    const { rows } = await client.query<KeyRow>(
      `INSERT INTO api_keys (id, project_id, name, prefix, digest, scopes)
       SELECT $1, id, $3, $4, $5, $6 FROM projects WHERE id = $2 RETURNING ${keyColumns}`,
      [newId(), projectId, name, prefixOf(clientKeyKind, key), digestOf(key), scopes],
    );
    const [made] = rows;
    if (!made) throw new AppError("project-not-found", `There is no project ${projectId}`);
    await recordWrite(client, by, "api-key.create", made.id);
    return made;
  });
  return { ...viewOf(row), key };
}

/** The project of the key; one of another project does not exist, but for who manages all. */
async function projectOfKey(client: Queryable, by: KeyManager, keyId: string): Promise<string> {
  const { rows } = await client.query<{ project_id: string }>(
    "SELECT project_id FROM api_keys WHERE id = $1",
    [keyId],
  );
  const projectId = rows[0]?.project_id;
  if (projectId === undefined || !(projectId === by.projectId || by.scopes.includes("platform"))) {
    throw new AppError("key-not-found", `There is no key ${keyId}`);
  }
  return projectId;
}

/** Scopes that somebody must keep: `admin` in each project but those that others manage, and `platform` at all. */
async function requireNotLast(
  client: Queryable,
  keyId: string,
  isOwnProject: boolean,
): Promise<void> {
  const { rows } = await client.query<{ scope: string }>(
    `SELECT scope FROM api_keys k, unnest(k.scopes) AS scope
     WHERE k.id = $1 AND (scope = 'platform' OR (scope = 'admin' AND $2)) AND k.revoked_at IS NULL
       AND NOT EXISTS (
         SELECT 1 FROM api_keys o WHERE o.id <> k.id AND o.revoked_at IS NULL
           AND scope = ANY (o.scopes) AND (scope = 'platform' OR o.project_id = k.project_id))`,
    [keyId, isOwnProject],
  );
  const scope = rows[0]?.scope;
  if (scope === undefined) return;
  const message = `${keyId} is the last key with the scope ${scope}; create another one first`;
  throw new AppError("last-admin-key", message);
}

async function revokeKey(db: Db, by: KeyManager, keyId: string): Promise<void> {
  await db.tx(async (client) => {
    const projectId = await projectOfKey(client, by, keyId);
    // One revocation at a time: two could each leave the other's key as the last, of the project or of all.
    await client.query("SELECT 1 FROM projects WHERE id = ANY($1) ORDER BY id FOR UPDATE", [
      [projectId, firstProjectId],
    ]);
    await requireNotLast(client, keyId, projectId === by.projectId);
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
  /** Told of each look into the keys that are remembered. */
  readonly onLook: OnLook;
}

export function createKeyStore({ db, failures, notifier, onLook }: KeyStoreOptions): KeyStore {
  const owners = new Authenticator({
    hasForm: (key) => isKey(clientKeyKind, key),
    find: (key, digest) => lookUp(db, key, digest),
    ...{ failures, onLook },
  });
  const active = new LRUCache<string, boolean>({ max: maxActive, ttl: activeMs });
  return {
    authenticate: (key, address) => owners.authenticate(key, address),
    isActive: async (keyId) => {
      const remembered = active.get(keyId);
      if (remembered !== undefined) return remembered;
      const { rowCount } = await db.query({
        name: "key-is-active",
        text: `SELECT 1 FROM api_keys k JOIN projects p ON p.id = k.project_id
               WHERE k.id = $1 AND k.revoked_at IS NULL AND p.archived_at IS NULL`,
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
