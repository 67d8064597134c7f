import { join } from "node:path";
import { runner } from "node-pg-migrate";
import pg from "pg";
import type { Logger } from "pino";
import { keyScopes } from "@framewright/contracts/client-api.ts";
import { clientKeyKind } from "@framewright/contracts/api-key.ts";
import { pause } from "@framewright/runtime/clock.ts";
import { createLogger, redactText } from "@framewright/runtime/log.ts";
import { connectionOf } from "./backends/database-connection.ts";
import { ensureLogins } from "./backends/database-logins.ts";
import { isDatabaseAway } from "./backends/db.ts";
import { isWrongPassword, takePassword } from "./backends/owner-password.ts";
import { MigrateEnv, readMigrateEnv, readSecrets, type MigrateConfig } from "./env.ts";
import { firstProjectId, newId } from "./ids.ts";
import { digestOf, prefixOf } from "./keys/keys.ts";
import { setMetricsRole } from "./metrics-role.ts";
import { migrationsFolder, migrationsTable } from "./backends/schema-version.ts";

const firstDelayMs = 200;
const maxDelayMs = 5_000;

/** Connects as soon as Postgres is there; asks again, ever more slowly, until the time is up. */
async function connectWhenUp(
  config: Pick<MigrateConfig, "database" | "databaseWaitSeconds">,
  log: Logger,
): Promise<pg.Client> {
  const until = Date.now() + config.databaseWaitSeconds * 1000;
  for (let delayMs = firstDelayMs; ; delayMs = Math.min(delayMs * 2, maxDelayMs)) {
    const client = new pg.Client({
      ...connectionOf(config.database),
      connectionTimeoutMillis: 5_000,
      application_name: "framewright-migrate",
    });
    client.on("error", (error) => {
      log.warn({ err: error }, "database session lost");
    });
    try {
      await client.connect();
      return client;
    } catch (error) {
      if (!isDatabaseAway(error) || Date.now() + delayMs > until) throw error;
      log.info({ reason: String(error), delayMs }, "waiting for the database");
      await pause(delayMs);
    }
  }
}

/** Where a rotation has come to the config and not yet to the server, the server gets it first. */
async function connectAsOwner(config: MigrateConfig, log: Logger): Promise<pg.Client> {
  const { databaseFormerUrl: url, database } = config;
  try {
    return await connectWhenUp(config, log);
  } catch (error) {
    if (url === undefined || !isWrongPassword(error)) throw error;
  }
  const before = await connectWhenUp({ ...config, database: { ...database, url } }, log);
  try {
    await takePassword(before, database.url);
  } finally {
    await before.end();
  }
  log.info("the owner has its new password");
  return connectWhenUp(config, log);
}

/** The first key of project `default`, with every scope that there is. Running again with the same key changes nothing. */
async function insertBootstrapKey(client: pg.Client, key: string): Promise<boolean> {
  const { rowCount } = await client.query(
    `INSERT INTO api_keys (id, project_id, name, prefix, digest, scopes)
     VALUES ($1, $5, 'bootstrap', $2, $3, $4)
     ON CONFLICT (digest) DO UPDATE SET scopes = excluded.scopes
       WHERE NOT api_keys.scopes @> excluded.scopes`,
    [newId(), prefixOf(clientKeyKind, key), digestOf(key), keyScopes, firstProjectId],
  );
  return rowCount === 1;
}

/** Brings the schema up to date, under a lock: a second run waits for the first and finds nothing to do. */
export async function migrate(config: MigrateConfig, log: Logger): Promise<void> {
  const client = await connectAsOwner(config, log);
  try {
    const applied = await runner({
      dbClient: client,
      dir: join(migrationsFolder),
      direction: "up",
      migrationsTable,
      advisoryLockMode: "wait",
      // All or nothing: a run that is killed leaves the schema as it was.
      singleTransaction: true,
      logger: {
        info: (message) => {
          log.debug(message);
        },
        warn: (message) => {
          log.warn(message);
        },
        error: (message) => {
          log.error(message);
        },
      },
    });
    log.info({ applied: applied.map(({ name }) => name) }, "schema is up to date");
    if (config.logins.length > 0) {
      await ensureLogins(client, config.logins);
      log.info({ logins: config.logins.map(({ name }) => name) }, "logins are in place");
    }
    if (config.bootstrapApiKey !== undefined) {
      const inserted = await insertBootstrapKey(client, config.bootstrapApiKey);
      log.info({ inserted }, "bootstrap key is in place");
    }
    await setMetricsRole(client, config.metricsRolePassword);
  } finally {
    await client.end();
  }
}

async function main(): Promise<void> {
  const config = readMigrateEnv();
  const log = createLogger({
    level: config.logLevel,
    base: { service: "api", part: "migrate" },
    secrets: readSecrets(MigrateEnv),
  });
  await migrate(config, log);
}

if (import.meta.main) {
  main().catch((error: unknown) => {
    const text = error instanceof Error ? error.message : "unknown error";
    process.stderr.write(`migration failed: ${redactText(text)}\n`);
    process.exitCode = 1;
  });
}
