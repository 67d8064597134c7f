import { expect, it } from "vitest";
import { createSchemaCheck } from "../../../api/backends/schema-version.ts";
import { FakeDb } from "../fake-engine.ts";

const needed = ["0001_jobs", "0002_keys"];
const table = "to_regclass";
const applied = "FROM schema_migrations";

it.each<[string, string[], string | undefined]>([
  ["all of them", needed, undefined],
  ["those and later ones", [...needed, "0003_later"], undefined],
  ["only the first", ["0001_jobs"], "the schema lacks 0002_keys; run the migration Job"],
])("a schema to which %s were applied", async (_which, names, message) => {
  const rows = names.map((name) => ({ name }));
  const check = createSchemaCheck(
    new FakeDb({ [table]: [{ found: true }], [applied]: rows }),
    needed,
  );
  await (message === undefined
    ? expect(check()).resolves.toBeUndefined()
    : expect(check()).rejects.toThrow(message));
});

it("a database without migrations lacks all of them", async () => {
  const db = new FakeDb({ [table]: [{ found: false }] });
  await expect(createSchemaCheck(db, needed)()).rejects.toThrow("lacks 0001_jobs, 0002_keys;");
});
