import pg from "pg";
import type { Logger } from "pino";
import { connectionOf, type DatabaseAddress } from "./database-connection.ts";
import { AppError } from "../errors.ts";
import type { DatabaseMetrics } from "../backend-metrics.ts";
import { measured, traced } from "./measured-queries.ts";
import type { Queryable } from "./queryable.ts";

export type { Queryable };

/** A connection of its own, for a session lock; the caller ends it. */
export interface Session extends Queryable {
  end(): Promise<void>;
}

/** Postgres, the primary. Errors of a lost or full connection come out as `unavailable`. */
export interface Db extends Queryable {
  /** Runs the work in one transaction; an error rolls back. */
  tx<T>(work: (client: Queryable) => Promise<T>): Promise<T>;
  connectAlone(): Promise<Session>;
  close(): Promise<void>;
}

export interface DbOptions {
  readonly database: DatabaseAddress;
  readonly poolSize: number;
  readonly log: Logger;
  readonly metrics: DatabaseMetrics;
}

const session = {
  application_name: "framewright-api",
  keepAlive: true,
  connectionTimeoutMillis: 2_000,
  statement_timeout: 5_000,
  // The client's own limit, for a server that has fallen silent.
  query_timeout: 7_000,
  idle_in_transaction_session_timeout: 10_000,
};

// These pass: 08 (connection), 53 (resources), 57P (shutdown), 57014 (statement timeout) and 25P03
// (idle in transaction). Others are ours.
const passingStates = /^(08|53|57P|57014|25P03)/;
const passingMessages =
  /timeout exceeded when trying to connect|Connection terminated|Query read timeout|not queryable|Client has encountered a connection error|Client was closed/;
const socketErrors = /^(ECONN|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN)/;

/** Whether the database is away for the moment, rather than refusing what we asked. */
export function isDatabaseAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  return passingStates.test(code) || socketErrors.test(code) || passingMessages.test(error.message);
}

function translate(error: unknown): unknown {
  if (!isDatabaseAway(error)) return error;
  return new AppError("unavailable", "The database is not reachable; try again shortly", {
    cause: error,
    retryAfterSeconds: 1,
  });
}

/** What a transaction needs of the pool. */
interface Pool {
  connect(): Promise<PooledClient>;
}
interface PooledClient extends Queryable {
  on(event: "error", listener: (error: Error) => void): unknown;
  off(event: "error", listener: (error: Error) => void): unknown;
  release(error?: Error): void;
}

export async function inTransaction<T>(
  pool: Pool,
  work: (client: Queryable) => Promise<T>,
): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  // A checked-out client has no listener of the pool: without one, a lost connection ends the process.
  const onError = (error: Error) => {
    broken = error;
  };
  client.on("error", onError);
  try {
    await client.query("BEGIN");
    const result = await work(client);
    // What a transaction waits for most of all.
    await traced("COMMIT", () => client.query("COMMIT"));
    return result;
  } catch (error) {
    await client.query("ROLLBACK").catch((rollbackError: unknown) => {
      broken ??= rollbackError instanceof Error ? rollbackError : new Error("rollback failed");
    });
    throw error;
  } finally {
    client.off("error", onError);
    client.release(broken);
  }
}

export function openDb({ database, poolSize, log, metrics }: DbOptions): Db {
  const connection = { ...session, ...connectionOf(database) };
  const pool = new pg.Pool({ ...connection, max: poolSize });
  metrics.watchPool({ state: pool, limit: poolSize });
  const timed = (client: Queryable) => measured(client, metrics, isDatabaseAway);
  const timedPool = timed(pool);
  pool.on("error", (error) => {
    log.warn({ err: error }, "idle database connection lost");
  });
  const guard = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw translate(error);
    }
  };
  return {
    query: (text, values) =>
      guard(() => timedPool.query(text, values === undefined ? undefined : [...values])),
    tx: (work) => guard(() => inTransaction(pool, (client) => work(timed(client)))),
    connectAlone: () =>
      guard(async () => {
        const client = new pg.Client(connection);
        client.on("error", (error) => {
          log.warn({ err: error }, "database session lost");
        });
        await client.connect();
        return client;
      }),
    close: () => pool.end(),
  };
}
