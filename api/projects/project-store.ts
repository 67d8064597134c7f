import pg from "pg";
import type {
  CreateProject,
  Project,
  Quotas,
  UpdateProject,
} from "@framewright/contracts/project.ts";
import { recordWrite, type Actor } from "../audit-log.ts";
import type { Db, Queryable } from "../backends/db.ts";
import { AppError } from "../errors.ts";
import { newId } from "../ids.ts";

/** Projects, for who runs the platform; and one's own. */
export interface ProjectStore {
  create(by: Actor, request: CreateProject): Promise<Project>;
  get(projectId: string): Promise<Project>;
  list(olderThan: string | undefined, limit: number): Promise<Project[]>;
  update(by: Actor, projectId: string, request: UpdateProject): Promise<Project>;
}

interface ProjectRow {
  readonly id: string;
  readonly name: string;
  readonly created_at: Date;
  readonly archived_at: Date | null;
  readonly max_queued: number | null;
  readonly max_running: number | null;
  readonly max_minutes_per_month: number | null;
  readonly max_bytes_stored: string | null;
  readonly queued: number;
  readonly running: number;
  readonly seconds: number;
  readonly bytes_stored: string;
}

const selectProjects = `SELECT p.id, p.name, p.created_at, p.archived_at,
    p.max_queued, p.max_running, p.max_minutes_per_month, p.max_bytes_stored,
    u.queued, u.running, u.bytes_stored,
    CASE WHEN u.month = date_trunc('month', now() AT TIME ZONE 'UTC')::date
         THEN u.seconds ELSE 0 END AS seconds
  FROM projects p JOIN project_use u ON u.project_id = p.id`;

/** Columns and values of the quotas that a request names. */
function quotasAsColumns(quotas: Quotas = {}): (readonly [name: string, value: unknown])[] {
  const columns = {
    max_queued: quotas.queued,
    max_running: quotas.running,
    max_minutes_per_month: quotas.minutesPerMonth,
    max_bytes_stored: quotas.bytesStored,
  };
  return Object.entries(columns).filter(([, value]) => value !== undefined);
}

function viewOf(row: ProjectRow): Project {
  return {
    id: row.id,
    name: row.name,
    createdAt: row.created_at.toISOString(),
    ...(row.archived_at && { archivedAt: row.archived_at.toISOString() }),
    quotas: {
      queued: row.max_queued,
      running: row.max_running,
      minutesPerMonth: row.max_minutes_per_month,
      bytesStored: row.max_bytes_stored === null ? null : Number(row.max_bytes_stored),
    },
    used: {
      queued: row.queued,
      running: row.running,
      minutesPerMonth: row.seconds / 60,
      bytesStored: Number(row.bytes_stored),
    },
  };
}

async function readProject(db: Queryable, projectId: string): Promise<Project> {
  const { rows } = await db.query<ProjectRow>({
    name: "read-project",
    text: `${selectProjects} WHERE p.id = $1`,
    values: [projectId],
  });
  const [row] = rows;
  if (!row) throw new AppError("project-not-found", `There is no project ${projectId}`);
  return viewOf(row);
}

function isTaken(error: unknown): boolean {
  return error instanceof pg.DatabaseError && error.constraint === "projects_name_key";
}

/** Sets the columns of a project; the names are ours, the values are parameters. */
async function setColumns(
  client: Queryable,
  projectId: string,
  columns: readonly (readonly [name: string, value: unknown])[],
): Promise<void> {
  for (const [name, value] of columns) {
    await client.query(`UPDATE projects SET ${name} = $2 WHERE id = $1`, [projectId, value]);
  }
}

async function createProject(
  client: Queryable,
  by: Actor,
  { name, quotas }: CreateProject,
): Promise<Project> {
  const id = newId();
  await client.query("INSERT INTO projects (id, name) VALUES ($1, $2)", [id, name]);
  await setColumns(client, id, quotasAsColumns(quotas));
  await recordWrite(client, by, "project.create", id);
  return readProject(client, id);
}

async function updateProject(
  client: Queryable,
  projectId: string,
  { name, archived, quotas }: UpdateProject,
): Promise<Project> {
  const { archivedAt } = await readProject(client, projectId);
  await setColumns(client, projectId, [
    ...(name === undefined ? [] : [["name", name] as const]),
    ...(archived === undefined || archived === (archivedAt !== undefined)
      ? []
      : [["archived_at", archived ? new Date() : null] as const]),
    ...quotasAsColumns(quotas),
  ]);
  return readProject(client, projectId);
}

export function createProjectStore(db: Db): ProjectStore {
  const named = async (name: string, work: (client: Queryable) => Promise<Project>) => {
    try {
      return await db.tx(work);
    } catch (error) {
      if (!isTaken(error)) throw error;
      throw new AppError("project-name-taken", `There is a project ${name} already`, {
        cause: error,
      });
    }
  };
  return {
    create: (by, request) => named(request.name, (client) => createProject(client, by, request)),
    get: (projectId) => readProject(db, projectId),
    list: async (olderThan, limit) => {
      const { rows } = await db.query<ProjectRow>({
        name: "list-projects",
        text: `${selectProjects} WHERE ($1::uuid IS NULL OR p.id < $1) ORDER BY p.id DESC LIMIT $2`,
        values: [olderThan ?? null, limit],
      });
      return rows.map(viewOf);
    },
    update: (by, projectId, request) => {
      if (request.archived === true && projectId === by.projectId) {
        const message = "Archive a project with a key of another one: its own key would stop";
        return Promise.reject(new AppError("own-project", message));
      }
      return named(request.name ?? "", async (client) => {
        const project = await updateProject(client, projectId, request);
        await recordWrite(client, by, "project.update", projectId);
        return project;
      });
    },
  };
}
