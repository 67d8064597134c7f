import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startBackedUpPostgres, type BackedUpPostgres } from "../../support/backed-up-postgres.ts";

let folder: string;
let postgres: BackedUpPostgres;

async function sql(text: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client(postgres.databaseUrl);
  await client.connect();
  try {
    const { rows } = await client.query<Record<string, unknown>>(text);
    return rows;
  } finally {
    await client.end();
  }
}

/** Returns a moment at which the row is there. */
async function write(name: string): Promise<string> {
  await sql(`INSERT INTO notes (name) VALUES ('${name}')`);
  const [row] = await sql("SELECT clock_timestamp()::text AS at");
  return String(row?.["at"]);
}

async function names(): Promise<unknown[]> {
  const rows = await sql("SELECT name FROM notes ORDER BY name");
  return rows.map(({ name }) => name);
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "framewright-backups-"));
  postgres = await startBackedUpPostgres(folder, 60);
  await sql("CREATE TABLE notes (name text PRIMARY KEY)");
});

afterAll(async () => {
  await postgres.end();
  rmSync(folder, { recursive: true, force: true });
});

test("what was written up to a moment comes back, and nothing of later", async () => {
  await write("a: before the backup");
  expect(await postgres.backUp("full")).toMatch(/\d{8}-\d{6}F is made and verified$/);
  const wanted = await write("b: after the backup");
  await write("c: by mistake");
  await sql("DELETE FROM notes WHERE name LIKE 'a%'");
  await sql("SELECT pg_switch_wal()");
  expect(await postgres.backUp("incr")).toMatch(/\d{8}-\d{6}I is made and verified$/);

  // The drill has what is there now, and leaves the server alone.
  const drill = await postgres.beside("postgres-restore", "drill", ...postgres.settings);
  expect(drill).toContain("postgres-restore: public.notes has 2 rows");
  expect(await names()).toEqual(["b: after the backup", "c: by mistake"]);

  await postgres.kill();
  await postgres.onVolume("postgres-restore", "in-place", wanted, ...postgres.settings);
  await postgres.start();
  expect(await names()).toEqual(["a: before the backup", "b: after the backup"]);
});

test("on EKS the store's keys come from the agent of the node, by the pod's token", async () => {
  const asked: unknown[] = [];
  const { accessKeyId, secretAccessKey } = postgres.storeKeys;
  const keys = { AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey };
  const agent = createServer(({ url, headers }, response) => {
    asked.push([url, headers.authorization]);
    response.end(JSON.stringify(url === "/session" ? { ...keys, Token: "a session" } : keys));
  });
  await once(agent.listen(0, "127.0.0.1"), "listening");
  try {
    const { port } = agent.address() as AddressInfo;
    const base = `http://127.0.0.1:${port}`;
    expect(await postgres.listByAgent(`${base}/v1/credentials`)).toMatch(/full backup: /);
    // This store gives no sessions, and says so of the one that the agent named.
    expect(await postgres.listByAgent(`${base}/session`)).toContain("InvalidToken");
    expect(asked).toEqual([
      ["/v1/credentials", "token of the pod"],
      ["/session", "token of the pod"],
    ]);
  } finally {
    agent.close();
  }
});

test("an empty server on a new volume spoils no backup, and gives way to the former database", async () => {
  // As `npm run restore` does at its end: of the timeline that the restore began.
  await postgres.backUp("incr");
  await postgres.kill();
  postgres.loseVolume();
  await postgres.start();
  expect(await sql("SELECT FROM pg_tables WHERE tablename = 'notes'")).toEqual([]);
  await expect(postgres.backUp("full")).rejects.toThrow(/do not match the database/);
  await postgres.kill();
  await postgres.onVolume("postgres-restore", "in-place", "latest", ...postgres.settings);
  await postgres.start();
  expect(await names()).toEqual(["a: before the backup", "b: after the backup"]);
});
