import type pg from "pg";
import type { DatabaseLogin } from "../stack-documents.ts";
import { migrationsTable } from "./schema-version.ts";

/** What every login is a member of. */
const appRole = "framewright_app";

/** Rows of all tables but the list of migrations; no table, no role and no setting of the server is the programs' own. */
const rights = `
  GRANT USAGE ON SCHEMA public TO ${appRole};
  GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO ${appRole};
  GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO ${appRole};
  REVOKE INSERT, UPDATE, DELETE ON ${migrationsTable} FROM ${appRole};
`;

async function ensureRole(client: pg.Client, name: string): Promise<void> {
  const { rowCount } = await client.query("SELECT FROM pg_roles WHERE rolname = $1", [name]);
  if (rowCount === 0) await client.query(`CREATE ROLE ${name} NOLOGIN`);
}

/**
 * Makes the roles that programs log in as, with their present passwords, and gives them rights on what the migrations have
 * made. Of two rounds at once one waits: roles are of the whole server.
 */
export async function ensureLogins(
  client: pg.Client,
  logins: readonly DatabaseLogin[],
): Promise<void> {
  await client.query("BEGIN");
  await client.query("SELECT pg_advisory_xact_lock(hashtext($1))", [appRole]);
  await ensureRole(client, appRole);
  await client.query(rights);
  for (const { name, password } of logins) {
    await ensureRole(client, name);
    // Neither has a quote in it: its form was checked when it was read.
    await client.query(`ALTER ROLE ${name} LOGIN PASSWORD '${password}'`);
    await client.query(`GRANT ${appRole} TO ${name}`);
  }
  await client.query("COMMIT");
}
