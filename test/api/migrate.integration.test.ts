import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { clientKeyKind } from "@framewright/contracts/api-key.ts";
import { decodeMigrateEnv } from "../../api/env.ts";
import { generateKey } from "../../api/keys/keys.ts";
import { createLogger } from "../../runtime/log.ts";
import { newId } from "../../api/ids.ts";
import {
  migrationsFolder,
  migrationsTable,
  neededMigrations,
} from "../../api/backends/schema-version.ts";
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

describe("the password of the owner", () => {
  const log = createLogger({ level: "fatal", base: {} });

  it("is set by the migration that knows the former one, and the former one ends", async () => {
    const databaseUrl = new URL(await freshDatabase(services.databaseUrl));
    await query(
      services.databaseUrl,
      "CREATE ROLE owner_of_test SUPERUSER LOGIN PASSWORD 'before'",
    );
    const withPassword = (password: string): string => {
      const url = new URL(databaseUrl);
      Object.assign(url, { username: "owner_of_test", password });
      return url.href;
    };
    const [before, after] = [withPassword("before"), withPassword("af'ter")];
    const config = decodeMigrateEnv({ DATABASE_URL: after, DATABASE_FORMER_URL: before });
    await migrate(config, log);
    expect(await query(after, "SELECT current_user AS name")).toEqual([{ name: "owner_of_test" }]);
    await expect(query(before, "SELECT 1")).rejects.toThrow(/password authentication failed/);
    await migrate(config, log);
  });

  it("that nobody knows ends the migration", async () => {
    const wrong = new URL(services.databaseUrl);
    wrong.password = "of-nobody";
    const raw = { DATABASE_URL: wrong.href, DATABASE_FORMER_URL: wrong.href };
    await expect(migrate(decodeMigrateEnv(raw), log)).rejects.toThrow(
      /password authentication failed/,
    );
  });
});

describe("the role that reads figures for Prometheus", () => {
  const password = "a-password-of-the-tests";
  const log = createLogger({ level: "fatal", base: {} });

  function asRole(databaseUrl: string): string {
    const url = new URL(databaseUrl);
    url.username = "framewright_metrics";
    url.password = password;
    return url.href;
  }

  it("sees figures of the server and no row of ours, and is locked out where nobody asks for it", async () => {
    const databaseUrl = await freshDatabase(services.databaseUrl);
    const set = { DATABASE_URL: databaseUrl };
    const on = decodeMigrateEnv({ ...set, METRICS_ROLE_PASSWORD: password });
    await Promise.all([migrate(on, log), migrate(on, log)]);
    const seen = "SELECT pg_has_role('pg_monitor', 'member') AS monitor";
    expect(await query(asRole(databaseUrl), seen)).toEqual([{ monitor: true }]);
    await expect(query(asRole(databaseUrl), "SELECT 1 FROM jobs")).rejects.toThrow(
      /permission denied/,
    );
    await migrate(decodeMigrateEnv(set), log);
    await expect(query(asRole(databaseUrl), "SELECT 1")).rejects.toThrow(
      /not permitted to log in|authentication failed/,
    );
  });
});

describe("the logins of programs", () => {
  const log = createLogger({ level: "silent", base: {} });
  const first = { name: "logins_test_0", password: "a".repeat(32) };
  const second = { name: "logins_test_1", password: "b".repeat(32) };

  function urlOf(databaseUrl: string, { name, password }: typeof first): string {
    const url = new URL(databaseUrl);
    Object.assign(url, { username: name, password });
    return url.href;
  }

  const migrateWith = (databaseUrl: string, logins: readonly (typeof first)[]) =>
    migrate(
      decodeMigrateEnv({ DATABASE_URL: databaseUrl, DATABASE_LOGINS: JSON.stringify(logins) }),
      log,
    );

  it("read and write rows, and own neither tables nor the server", async () => {
    const databaseUrl = await freshDatabase(services.databaseUrl);
    await migrateWith(databaseUrl, [first]);
    const url = urlOf(databaseUrl, first);
    await query(url, "INSERT INTO projects (id, name) VALUES ($1, 'of the login')", [newId()]);
    for (const refused of [
      "DROP TABLE jobs",
      "ALTER TABLE jobs DISABLE TRIGGER ALL",
      "DELETE FROM schema_migrations",
      "CREATE TABLE extra (id integer)",
      "CREATE ROLE extra",
      "COPY jobs TO PROGRAM 'cat'",
      "SELECT pg_read_file('/etc/passwd')",
    ]) {
      await expect(query(url, refused), refused).rejects.toThrow(/denied|must be owner/);
    }
  });

  it("are two in turn, so that a new password leaves the one that is in use", async () => {
    const databaseUrl = await freshDatabase(services.databaseUrl);
    const ask = (login: typeof first) => query(urlOf(databaseUrl, login), "SELECT 1 AS one");
    await migrateWith(databaseUrl, [first]);
    await migrateWith(databaseUrl, [second, first]);
    expect(await Promise.all([ask(first), ask(second)])).toEqual([[{ one: 1 }], [{ one: 1 }]]);
    const renewed = { ...first, password: "c".repeat(32) };
    await migrateWith(databaseUrl, [renewed, second]);
    expect(await Promise.all([ask(renewed), ask(second)])).toHaveLength(2);
    await expect(ask(first)).rejects.toThrow(/password authentication failed/);
  });

  it("of a form that SQL would read otherwise are refused before anything runs", () => {
    const logins = JSON.stringify([{ name: 'x"; DROP TABLE jobs; --', password: "'".repeat(20) }]);
    const env = { DATABASE_URL: "postgres://owner@db/x", DATABASE_LOGINS: logins };
    expect(() => decodeMigrateEnv(env)).toThrow(/DATABASE_LOGINS/);
  });
});

describe("a database of the version before projects had quotas", () => {
  const project = "00000000-0000-7000-8000-000000000001";

  /** What the first migrations make, and that they were applied. */
  async function applyFirst(databaseUrl: string, count: number): Promise<void> {
    await query(
      databaseUrl,
      `CREATE TABLE ${migrationsTable} (id serial PRIMARY KEY, name text NOT NULL, run_on timestamp NOT NULL)`,
    );
    for (const name of neededMigrations().slice(0, count)) {
      const text = readFileSync(join(migrationsFolder, `${name}.sql`), "utf8");
      await query(databaseUrl, text.slice(0, text.indexOf("-- Down Migration")));
      const applied = `INSERT INTO ${migrationsTable} (name, run_on) VALUES ($1, now())`;
      await query(databaseUrl, applied, [name]);
    }
  }

  /** What that version knows of a job. */
  async function addJob(databaseUrl: string, upload: string, state: string): Promise<void> {
    const [ended, published] = [state === "succeeded", state === "succeeded" ? 1 : null];
    const result = ended ? { durationSeconds: 90, renditions: [{ bytes: 1_000 }] } : null;
    await query(
      databaseUrl,
      `INSERT INTO jobs (id, project_id, upload_id, profile, priority, class, request_id, state,
                         published_attempt, result, finished_at)
       VALUES ($1, $2, $3, 'hls-720p', 'normal', 'cpu.720p', 'r', $4, $5, $6, $7)`,
      [newId(), project, upload, state, published, result, ended ? new Date() : null],
    );
  }

  async function addUpload(databaseUrl: string): Promise<string> {
    const id = newId();
    await query(
      databaseUrl,
      `INSERT INTO uploads (id, project_id, object_key, content_type, size_bytes)
       VALUES ($1, $2, $3, 'video/mp4', 500)`,
      [id, project, `uploads/${id}`],
    );
    return id;
  }

  const useOf = (databaseUrl: string) =>
    query(databaseUrl, "SELECT queued, running, bytes_stored, seconds FROM project_use");

  it("gets counts of what is there, which stay right while that version still writes", async () => {
    const databaseUrl = await freshDatabase(services.databaseUrl);
    const log = createLogger({ level: "silent", base: {} });
    await applyFirst(databaseUrl, 6);
    const upload = await addUpload(databaseUrl);
    for (const state of ["queued", "queued", "succeeded"]) await addJob(databaseUrl, upload, state);
    await migrate(decodeMigrateEnv({ DATABASE_URL: databaseUrl }), log);
    const counted = { queued: 2, running: 0, bytes_stored: "1500", seconds: 90 };
    expect(await useOf(databaseUrl)).toEqual([counted]);
    await addJob(databaseUrl, await addUpload(databaseUrl), "queued");
    await query(databaseUrl, "DELETE FROM jobs WHERE state = 'succeeded'");
    const later = { queued: 3, running: 0, bytes_stored: "1000", seconds: 90 };
    expect(await useOf(databaseUrl)).toEqual([later]);
  });

  it("gives the bootstrap key of the config the scopes that came later", async () => {
    const databaseUrl = await freshDatabase(services.databaseUrl);
    const key = generateKey(clientKeyKind);
    const config = decodeMigrateEnv({ DATABASE_URL: databaseUrl, BOOTSTRAP_API_KEY: key });
    const log = createLogger({ level: "silent", base: {} });
    await migrate(config, log);
    await query(databaseUrl, "UPDATE api_keys SET scopes = '{read,submit,admin}'");
    await migrate(config, log);
    const keys = await query(databaseUrl, "SELECT scopes FROM api_keys");
    expect(keys).toEqual([{ scopes: ["read", "submit", "admin", "platform"] }]);
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
