import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { clientKeyKind } from "@framewright/contracts/api-key.ts";
import { decodeMigrateEnv } from "../../api/env.ts";
import { generateKey } from "../../api/keys/keys.ts";
import { createLogger } from "../../runtime/log.ts";
import { neededMigrations } from "../../api/backends/schema-version.ts";
import { migrate } from "../../api/migrate.ts";
import { startServices, type Services } from "../support/services.ts";
import { freshDatabase, query } from "./api-under-test.ts";

let services: Services;

/** The migrations that a database has, in the order in which they were applied. */
async function appliedTo(databaseUrl: string): Promise<string[]> {
  const rows = await query<{ name: string }>(
    databaseUrl,
    "SELECT name FROM schema_migrations ORDER BY id",
  );
  return rows.map(({ name }) => name);
}

beforeAll(async () => {
  services = await startServices({ postgres: true });
});
afterAll(() => services.stop());

describe("migrations", () => {
  it("run by three at once and again are applied once", async () => {
    const databaseUrl = await freshDatabase(services.databaseUrl);
    const key = generateKey(clientKeyKind);
    const config = decodeMigrateEnv({ DATABASE_URL: databaseUrl, BOOTSTRAP_API_KEY: key });
    const log = createLogger({ level: "fatal", base: {} });
    await Promise.all([migrate(config, log), migrate(config, log), migrate(config, log)]);
    await migrate(config, log);
    expect(await appliedTo(databaseUrl)).toEqual(neededMigrations());
    expect(await query(databaseUrl, "SELECT id FROM api_keys")).toHaveLength(1);
  });

  it("that fail leave nothing behind, and the next run starts clean", async () => {
    const databaseUrl = await freshDatabase(services.databaseUrl);
    await query(databaseUrl, "CREATE TABLE jobs (in_the_way integer)");
    const config = decodeMigrateEnv({ DATABASE_URL: databaseUrl });
    const log = createLogger({ level: "silent", base: {} });
    await expect(migrate(config, log)).rejects.toThrow(/already exists/);
    expect(await query(databaseUrl, "SELECT to_regclass('projects') AS t")).toEqual([{ t: null }]);
    await query(databaseUrl, "DROP TABLE jobs");
    await migrate(config, log);
  });
});

it("a migration waits for a database that is still coming up", async () => {
  const databaseUrl = await freshDatabase(services.databaseUrl);
  await services.kill("postgres");
  const config = decodeMigrateEnv({ DATABASE_URL: databaseUrl, DATABASE_WAIT_SECONDS: "60" });
  const migrated = migrate(config, createLogger({ level: "silent", base: {} }));
  await services.restart("postgres", { downMs: 500 });
  await migrated;
  expect(await appliedTo(databaseUrl)).toEqual(neededMigrations());
});

it("a migration gives up on a wrong password at once", async () => {
  const url = new URL(services.databaseUrl);
  url.password = "wrong";
  // If it waited, the test would not see the end of it.
  const config = decodeMigrateEnv({ DATABASE_URL: url.href, DATABASE_WAIT_SECONDS: "3600" });
  const migrated = migrate(config, createLogger({ level: "silent", base: {} }));
  await expect(migrated).rejects.toThrow(/password authentication failed/);
});
