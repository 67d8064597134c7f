import { jobClasses, type JobClass } from "@framewright/contracts/job.ts";
import type { Answer } from "@framewright/runtime/ops-server.ts";
import type { Queryable } from "../backends/db.ts";

/** What an autoscaler of workers asks for. */
export interface ScalingFigures {
  /** Jobs that workers of these classes could take, and those that `running` counts. */
  readonly jobs: number;
  /** Jobs that workers with such a name work on. */
  readonly running: number;
}

/** Whom the figures are for. */
export interface ScalingQuery {
  readonly classes: readonly JobClass[];
  /** With what the names of the workers begin: those of other machines have jobs of these classes too. */
  readonly workers: string;
}

function isJobClass(text: string): text is JobClass {
  return jobClasses.some((jobClass) => jobClass === text);
}

/** Undefined for a query that is none. */
export function scalingQueryOf(query: URLSearchParams): ScalingQuery | undefined {
  const classes = (query.get("classes") ?? "").split(" ");
  const workers = query.get("workers") ?? "";
  return workers !== "" && classes.every(isJobClass) ? { classes, workers } : undefined;
}

/** A job is no reason for a worker while its project may not run it. */
async function readScalingFigures(
  db: Queryable,
  { classes, workers }: ScalingQuery,
): Promise<ScalingFigures> {
  const { rows } = await db.query<{ waiting: number; running: number }>({
    name: "scaling-figures",
    text: `SELECT
             (SELECT coalesce(sum(CASE WHEN p.max_running IS NULL THEN w.jobs
                ELSE least(w.jobs, greatest(p.max_running - u.running, 0)) END), 0)::int
              FROM (SELECT project_id, count(*) AS jobs FROM jobs
                    WHERE state = 'queued' AND class = ANY($1) GROUP BY project_id) AS w
              JOIN projects p ON p.id = w.project_id
              JOIN project_use u ON u.project_id = w.project_id) AS waiting,
             (SELECT count(*)::int FROM jobs j JOIN workers o ON o.id = j.lease_owner
              WHERE j.state = 'running' AND starts_with(o.name, $2)) AS running`,
    values: [classes, workers],
  });
  const { waiting = 0, running = 0 } = rows[0] ?? {};
  return { jobs: waiting + running, running };
}

/** The route of the port that no client reaches. When the database is away it fails, and KEDA holds what is there. */
export async function answerScaling(db: Queryable, query: URLSearchParams): Promise<Answer> {
  const wanted = scalingQueryOf(query);
  if (wanted === undefined) {
    const message = `name classes, of ${jobClasses.join(", ")}, and how the names of workers begin`;
    return { status: 400, body: { code: "invalid-query", message } };
  }
  return { status: 200, body: await readScalingFigures(db, wanted) };
}
