import { workerTokenKind } from "@framewright/contracts/api-key.ts";
import type {
  CreateWorkerToken,
  WorkerToken,
  WorkerTokenCreated,
} from "@framewright/contracts/worker-admin.ts";
import { recordWrite, type Actor } from "../audit-log.ts";
import type { Db, Queryable } from "../backends/db.ts";
import { AppError } from "../errors.ts";
import { newId } from "../ids.ts";
import { digestOf, generateKey, prefixOf } from "../keys/keys.ts";

interface TokenRow {
  readonly id: string;
  readonly prefix: string;
  readonly worker_name: string | null;
  readonly created_at: Date;
  readonly expires_at: Date;
  readonly used_at: Date | null;
  readonly worker_id: string | null;
  readonly revoked_at: Date | null;
}

const columns = "id, prefix, worker_name, created_at, expires_at, used_at, worker_id, revoked_at";

function viewOf(row: TokenRow): WorkerToken {
  return {
    id: row.id,
    prefix: row.prefix,
    ...(row.worker_name !== null && { workerName: row.worker_name }),
    createdAt: row.created_at.toISOString(),
    expiresAt: row.expires_at.toISOString(),
    ...(row.used_at && { usedAt: row.used_at.toISOString() }),
    ...(row.worker_id !== null && { workerId: row.worker_id }),
    ...(row.revoked_at && { revokedAt: row.revoked_at.toISOString() }),
  };
}

const defaultTtlSeconds = 3600;

export async function createToken(
  db: Db,
  by: Actor,
  { workerName, ttlSeconds = defaultTtlSeconds }: CreateWorkerToken,
): Promise<WorkerTokenCreated> {
  const token = generateKey(workerTokenKind);
  const row = await db.tx(async (client) => {
    const { rows } = await client.query<TokenRow>({
      name: "insert-worker-token",
      text: `INSERT INTO worker_tokens (id, prefix, digest, worker_name, project_id, created_by, expires_at)
             VALUES ($1, $2, $3, $4, $5, $6, now() + make_interval(secs => $7)) RETURNING ${columns}`,
      values: [
        ...[newId(), prefixOf(workerTokenKind, token), digestOf(token), workerName ?? null],
        ...[by.projectId, by.keyName, ttlSeconds],
      ],
    });
    const [made] = rows;
    if (!made) throw new Error("no row was written for the token");
    await recordWrite(client, by, "worker-token.create", made.id);
    return made;
  });
  return { ...viewOf(row), token };
}

export async function listTokens(db: Queryable): Promise<WorkerToken[]> {
  const { rows } = await db.query<TokenRow>(
    `SELECT ${columns} FROM worker_tokens ORDER BY id DESC LIMIT 1000`,
  );
  return rows.map(viewOf);
}

/** One that was used stays as it is: revoke the worker. */
export async function revokeToken(db: Db, by: Actor, tokenId: string): Promise<void> {
  await db.tx(async (client) => {
    const { rowCount } = await client.query({
      name: "revoke-worker-token",
      text: "UPDATE worker_tokens SET revoked_at = coalesce(revoked_at, now()) WHERE id = $1",
      values: [tokenId],
    });
    if (rowCount === 0) throw new AppError("token-not-found", `There is no token ${tokenId}`);
    await recordWrite(client, by, "worker-token.revoke", tokenId);
  });
}

/** A token that came with a registration, and with which request. */
export interface TokenProof {
  readonly token: string;
  readonly requestId: string;
  readonly address: string;
}

interface UsableRow extends TokenRow {
  readonly project_id: string;
  readonly created_by: string;
  readonly expired: boolean;
}

function refusal(row: UsableRow, workerName: string): string | undefined {
  if (row.used_at) return `The token was used at ${row.used_at.toISOString()}, and registers once`;
  if (row.revoked_at) return `The token was revoked at ${row.revoked_at.toISOString()}`;
  if (row.expired) return `The token expired at ${row.expires_at.toISOString()}`;
  if (row.worker_name !== null && row.worker_name !== workerName) {
    return `The token is for the worker ${row.worker_name}, not for ${workerName}`;
  }
  return undefined;
}

function refused(why: string): AppError {
  return new AppError("token-refused", `${why}; create another one at POST /v1/worker-tokens`);
}

/** Uses the token up for this worker, in the caller's transaction; its row is locked, so that of two only one gets it. */
export async function useToken(
  client: Queryable,
  { token, requestId, address }: TokenProof,
  worker: { readonly name: string; readonly id: string },
): Promise<void> {
  const { rows } = await client.query<UsableRow>({
    name: "lock-worker-token",
    text: `SELECT ${columns}, project_id, created_by, expires_at <= now() AS expired
           FROM worker_tokens WHERE digest = $1 FOR UPDATE`,
    values: [digestOf(token)],
  });
  const [row] = rows;
  if (!row) throw refused("The token is unknown");
  const why = refusal(row, worker.name);
  if (why !== undefined) throw refused(why);
  await client.query({
    name: "use-worker-token",
    text: "UPDATE worker_tokens SET used_at = now(), worker_id = $2 WHERE id = $1",
    values: [row.id, worker.id],
  });
  const by = {
    ...{ keyId: row.id, keyName: `worker token of ${row.created_by}`, projectId: row.project_id },
    ...{ requestId, address },
  };
  await recordWrite(client, by, "worker.register", worker.id);
}
