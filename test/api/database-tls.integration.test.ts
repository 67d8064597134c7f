import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openDb } from "../../api/backends/db.ts";
import { decodeMigrateEnv } from "../../api/env.ts";
import { migrate } from "../../api/migrate.ts";
import { Authority } from "../support/control-plane/authority.ts";
import { startServices, type Services } from "../support/services.ts";
import { freshDatabase, query } from "./api-under-test.ts";
import { createMetrics } from "../../api/metrics.ts";

const log = pino({ level: "silent" });
let services: Services;
let folder: string;
let trusted: Authority;
let stranger: Authority;

function authority(name: string): Authority {
  const own = join(folder, name);
  mkdirSync(own);
  return new Authority(own);
}

/** Lines of PEM as rows: the server writes the file, as the user that reads it. */
async function giveFile(name: string, pem: string): Promise<void> {
  await query(
    services.databaseUrl,
    `COPY (SELECT unnest(string_to_array('${pem.trim()}', E'\\n')))
     TO PROGRAM 'umask 077; cat > /data/pgdata/${name}'`,
  );
}

/** The server shows a certificate of the trusted authority for that name from now on. */
async function serveAs(dnsName: string): Promise<void> {
  trusted.sign(dnsName, `/CN=${dnsName}`, `subjectAltName=DNS:${dnsName}\n`);
  await giveFile("server.crt", readFileSync(trusted.file(`${dnsName}.crt`), "utf8"));
  await giveFile("server.key", readFileSync(trusted.file(`${dnsName}.key`), "utf8"));
  await query(services.databaseUrl, "ALTER SYSTEM SET ssl = on");
  await query(services.databaseUrl, "SELECT pg_reload_conf()");
}

function urlAt(host: string): string {
  const url = new URL(services.databaseUrl);
  url.hostname = host;
  return url.href;
}

/** Whether a connection to that host comes about encrypted; throws when it does not come about. */
async function isEncrypted(host: string, by: Authority): Promise<boolean> {
  const db = openDb({
    database: { url: urlAt(host), caFile: by.file("ca.crt") },
    poolSize: 2,
    log,
    metrics: createMetrics().database,
  });
  try {
    const { rows } = await db.query<{ ssl: boolean }>(
      "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()",
    );
    return rows[0]?.ssl ?? false;
  } finally {
    await db.close();
  }
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "framewright-tls-"));
  trusted = authority("trusted");
  stranger = authority("stranger");
  services = await startServices({ postgres: true });
});
afterAll(async () => {
  await services.stop();
  rmSync(folder, { recursive: true });
});

it("a server without TLS is refused when authorities are given", async () => {
  await expect(isEncrypted("127.0.0.1", trusted)).rejects.toThrow("does not support SSL");
});

it("a server with a certificate for its name is taken, and the connection is encrypted", async () => {
  await serveAs("localhost");
  expect(await isEncrypted("localhost", trusted)).toBe(true);
});

it("at an address, the authority alone decides", async () => {
  expect(await isEncrypted("127.0.0.1", trusted)).toBe(true);
  await expect(isEncrypted("127.0.0.1", stranger)).rejects.toThrow(/certificate/);
});

it("a certificate of another authority is refused", async () => {
  await expect(isEncrypted("localhost", stranger)).rejects.toThrow(/certificate/);
});

it("the migration goes over TLS too", async () => {
  const url = new URL(await freshDatabase(services.databaseUrl));
  url.hostname = "localhost";
  const env = { DATABASE_URL: url.href, DATABASE_WAIT_SECONDS: "10" };
  const good = decodeMigrateEnv({ ...env, DATABASE_CA_FILE: trusted.file("ca.crt") });
  await migrate(good, log);
  expect(await query(url.href, "SELECT name FROM schema_migrations")).not.toHaveLength(0);
  const bad = decodeMigrateEnv({ ...env, DATABASE_CA_FILE: stranger.file("ca.crt") });
  await expect(migrate(bad, log)).rejects.toThrow(/certificate/);
});

it("a certificate for another name is refused", async () => {
  await serveAs("db.example");
  await expect(isEncrypted("localhost", trusted)).rejects.toThrow(/altnames/);
});
