import {
  mostGlossaries,
  type Glossary,
  type GlossaryList,
  type GlossaryTerm,
  type LeasedGlossary,
} from "@framewright/contracts/glossary.ts";
import { recordWrite, type Actor } from "../audit-log.ts";
import type { Db, Queryable } from "../backends/db.ts";
import { AppError, refusedFields } from "../errors.ts";
import { newId } from "../ids.ts";

export interface Pair {
  readonly from: string;
  readonly to: string;
}

/** What a project's dubs say for its terms. */
export interface GlossaryStore {
  list(projectId: string): Promise<GlossaryList>;
  get(projectId: string, pair: Pair): Promise<Glossary>;
  put(by: Actor, pair: Pair, terms: readonly GlossaryTerm[]): Promise<Glossary>;
  delete(by: Actor, pair: Pair): Promise<void>;
}

interface Row {
  readonly id: string;
  readonly from_language: string;
  readonly to_language: string;
  readonly terms: GlossaryTerm[];
  readonly created_at: Date;
  readonly updated_at: Date;
}

const columns = "id, from_language, to_language, terms, created_at, updated_at";

function viewOf(row: Row): Glossary {
  return {
    ...{ id: row.id, from: row.from_language, to: row.to_language, terms: row.terms },
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  };
}

function notFound({ from, to }: Pair): AppError {
  return new AppError("glossary-not-found", `The project has no glossary from ${from} to ${to}`);
}

async function read(db: Queryable, projectId: string, pair: Pair): Promise<Row | undefined> {
  const { rows } = await db.query<Row>({
    name: "read-glossary",
    text: `SELECT ${columns} FROM glossaries
           WHERE project_id = $1 AND from_language = $2 AND to_language = $3`,
    values: [projectId, pair.from, pair.to],
  });
  return rows[0];
}

/** Two of one term would leave it to chance which is said. */
function requireTerms(terms: readonly GlossaryTerm[]): void {
  const seen = new Set<string>();
  const [first, ...more] = terms.flatMap(({ term, matchCase }, index) => {
    const key = matchCase === true ? `=${term}` : term.toLowerCase();
    const isTwice = seen.has(key);
    seen.add(key);
    const path = `body/terms/${index}/term`;
    return isTwice ? [{ path, message: `is "${term}", which is there already` }] : [];
  });
  if (first) throw refusedFields("glossary-invalid", first, ...more);
}

/** The project's row is locked until the glossary is there: no other request takes the last place too. */
async function requireRoom(client: Queryable, projectId: string): Promise<void> {
  await client.query("SELECT 1 FROM projects WHERE id = $1 FOR NO KEY UPDATE", [projectId]);
  const { rows } = await client.query<{ count: number }>(
    "SELECT count(*)::int AS count FROM glossaries WHERE project_id = $1",
    [projectId],
  );
  const count = rows[0]?.count ?? 0;
  if (count < mostGlossaries) return;
  const message = `The project has ${count} glossaries, and ${mostGlossaries} may be; delete one first`;
  throw new AppError("too-many-glossaries", message);
}

async function put(client: Queryable, by: Actor, pair: Pair, terms: readonly GlossaryTerm[]) {
  const { projectId } = by;
  if ((await read(client, projectId, pair)) === undefined) await requireRoom(client, projectId);
  const { rows } = await client.query<Row>({
    name: "put-glossary",
    text: `INSERT INTO glossaries (id, project_id, from_language, to_language, terms)
           VALUES ($1, $2, $3, $4, $5)
           ON CONFLICT (project_id, from_language, to_language)
             DO UPDATE SET terms = EXCLUDED.terms, updated_at = now()
           RETURNING ${columns}`,
    values: [newId(), projectId, pair.from, pair.to, JSON.stringify(terms)],
  });
  const [row] = rows;
  if (!row) throw new Error(`no glossary was written from ${pair.from} to ${pair.to}`);
  await recordWrite(client, by, "glossary.put", row.id);
  return viewOf(row);
}

async function remove(client: Queryable, by: Actor, pair: Pair): Promise<void> {
  const { rows } = await client.query<{ id: string }>({
    name: "delete-glossary",
    text: `DELETE FROM glossaries
           WHERE project_id = $1 AND from_language = $2 AND to_language = $3 RETURNING id`,
    values: [by.projectId, pair.from, pair.to],
  });
  const [row] = rows;
  if (!row) throw notFound(pair);
  await recordWrite(client, by, "glossary.delete", row.id);
}

export function createGlossaryStore(db: Db): GlossaryStore {
  return {
    list: async (projectId) => {
      const { rows } = await db.query<Omit<Row, "terms"> & { count: number }>({
        name: "list-glossaries",
        text: `SELECT id, from_language, to_language, jsonb_array_length(terms) AS count,
                 created_at, updated_at
               FROM glossaries WHERE project_id = $1 ORDER BY from_language, to_language`,
        values: [projectId],
      });
      const glossaries = rows.map(({ count, ...row }) => ({
        ...viewOf({ ...row, terms: [] }),
        terms: count,
      }));
      return { glossaries };
    },
    get: async (projectId, pair) => {
      const row = await read(db, projectId, pair);
      if (row) return viewOf(row);
      throw notFound(pair);
    },
    put: async (by, pair, terms) => {
      requireTerms(terms);
      return db.tx((client) => put(client, by, pair, terms));
    },
    delete: (by, pair) => db.tx((client) => remove(client, by, pair)),
  };
}

function withoutRegion(tag: string): string {
  return tag.replace(/-.*$/, "");
}

/**
 * Those into a language: for each that is spoken in sources the one of the whole tag, or else of the language without its region.
 * Which of them is followed is known once the source is heard.
 */
export async function glossariesInto(
  db: Queryable,
  projectId: string,
  language: string,
): Promise<LeasedGlossary[]> {
  const { rows } = await db.query<Row>({
    name: "glossaries-into",
    text: `SELECT ${columns} FROM glossaries
           WHERE project_id = $1 AND split_part(to_language, '-', 1) = $2
           ORDER BY to_language = $3 DESC, to_language, from_language`,
    values: [projectId, withoutRegion(language), language],
  });
  const byFrom = new Map<string, LeasedGlossary>();
  for (const { from_language: from, terms } of rows) {
    if (!byFrom.has(from)) byFrom.set(from, { from, terms });
  }
  return [...byFrom.values()];
}
