import { readdirSync } from "node:fs";
import { basename, join } from "node:path";
import type { Queryable } from "./db.ts";

export const migrationsFolder = join(import.meta.dirname, "../migrations");
export const migrationsTable = "schema_migrations";

/** Names of the migrations that this version of the code needs. */
export function neededMigrations(): string[] {
  return readdirSync(migrationsFolder)
    .filter((file) => file.endsWith(".sql"))
    .map((file) => basename(file, ".sql"))
    .sort();
}

/** The check throws, naming what is missing, until every migration that this version needs has been applied. */
export function createSchemaCheck(db: Queryable, needed = neededMigrations()): () => Promise<void> {
  return async () => {
    const there = await db.query<{ found: boolean }>(
      "SELECT to_regclass($1) IS NOT NULL AS found",
      [migrationsTable],
    );
    const applied = there.rows[0]?.found
      ? await db.query<{ name: string }>(`SELECT name FROM ${migrationsTable}`)
      : { rows: [] };
    const names = new Set(applied.rows.map(({ name }) => name));
    const missing = needed.filter((name) => !names.has(name));
    if (missing.length > 0) {
      throw new Error(`the schema lacks ${missing.join(", ")}; run the migration Job`);
    }
  };
}
