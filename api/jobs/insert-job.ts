import type { JobClass } from "@framewright/contracts/job.ts";
import type { CreateJob } from "@framewright/contracts/client-api.ts";
import type { ScriptLine } from "@framewright/contracts/dub.ts";
import type { LeasedGlossary } from "@framewright/contracts/glossary.ts";
import type { Edit } from "@framewright/contracts/edit.ts";
import { ownLadder, type Profile } from "@framewright/contracts/profile.ts";
import { currentTraceparent } from "@framewright/runtime/tracing/tracing.ts";
import type { Actor } from "../audit-log.ts";
import type { QueueMessage } from "../backends/broker.ts";
import type { Queryable } from "../backends/db.ts";
import { AppError } from "../errors.ts";
import { newId } from "../ids.ts";
import { refusalOf, selectUse, type UseRow } from "../projects/quotas.ts";
import { fastPathMs } from "./context.ts";
import { digestOfBody } from "./request.ts";
import type { SourceColumns } from "./rows.ts";

export interface Submission extends Actor {
  readonly body: CreateJob;
  readonly idempotencyKey: string | undefined;
}

/** Where the job gets its media, as its row has it, and what a worker must be able to do to get it. */
export interface Source {
  readonly columns: SourceColumns;
  readonly needs: readonly string[];
}

/** A submission that was looked at: what is stored of it. */
export interface Accepted {
  readonly profile: Profile;
  readonly edit: Edit | null;
  /** The lines that its dub is to speak, where they are given. */
  readonly script: readonly ScriptLine[] | undefined;
  /** Those into the language of its dub; none where it has no dub, or follows none. */
  readonly glossaries: readonly LeasedGlossary[];
  /** What a worker must be able to do. */
  readonly needs: readonly string[];
  readonly source: Source;
  readonly jobClass: JobClass;
  readonly deadline: Date | undefined;
}

export function noUpload(uploadId: string): AppError {
  const message = `There is no upload ${uploadId}; if it was deleted, upload the file again`;
  return new AppError("upload-not-found", message);
}

export function noJob(jobId: string): AppError {
  return new AppError("job-not-found", `There is no job ${jobId}`);
}

export function noRecording(recordingId: string): AppError {
  return new AppError("egress-not-found", `There is no recording ${recordingId}`);
}

/** A new job as JSON of its row: Postgres has the columns' types. What is not named has its default. */
const columns = [
  ...(["id", "project_id", "upload_id", "source_url", "source_job", "source_output"] as const),
  ...(["source_recording", "source_bucket", "source_key", "kind", "profile"] as const),
  ...(["profile_definition", "edit", "needs", "priority", "class", "metadata"] as const),
  ...(["deadline", "request_id", "idempotency_key", "idempotency_digest", "traceparent"] as const),
] as const;
type Row = Record<(typeof columns)[number], unknown>;

/**
 * Job, outbox row, event and entry of the audit log in one statement: the row of what the project uses is locked for as
 * long as Postgres works on it, not while answers travel. The upload, or the job whose result it works on, is held first, so
 * that it is not deleted in between; who deletes it locks in the same order (retention.ts, delete.ts).
 */
const statement = `
  WITH given AS (
    SELECT * FROM jsonb_populate_record(NULL::jobs, $1)
  ), upload AS (
    SELECT FROM uploads WHERE id = (SELECT upload_id FROM given) AND expired_at IS NULL FOR SHARE
  ), earlier AS (
    SELECT FROM jobs WHERE id = (SELECT source_job FROM given WHERE source_output = 'result') FOR SHARE
  ), recording AS (
    SELECT FROM egress_tasks WHERE id = (SELECT source_recording FROM given) FOR SHARE
  ), use AS (
    ${selectUse("job", {
      project: "(SELECT project_id FROM given)",
      condition: `((SELECT upload_id FROM given) IS NULL OR EXISTS (SELECT FROM upload))
        AND ((SELECT source_output FROM given) IS DISTINCT FROM 'result' OR EXISTS (SELECT FROM earlier))
        AND ((SELECT source_recording FROM given) IS NULL OR EXISTS (SELECT FROM recording))`,
    })}
  ), job AS (
    INSERT INTO jobs (${columns.join(", ")}) SELECT ${columns.map((name) => `given.${name}`).join(", ")}
    FROM given, use WHERE exceeded IS NULL
    ON CONFLICT (project_id, idempotency_key) DO NOTHING RETURNING id, project_id, class, priority, request_id
  ), script AS (
    INSERT INTO dub_scripts (job_id, lines, glossaries) SELECT id, $5::jsonb, $6::jsonb FROM job
    WHERE $5::jsonb IS NOT NULL OR $6::jsonb IS NOT NULL
  ), message AS (
    INSERT INTO outbox (job_id, class, priority, next_try_at)
    SELECT id, class, priority, now() + interval '${fastPathMs} ms' FROM job RETURNING id
  ), event AS (
    INSERT INTO events (job_id, type, attempt) SELECT id, 'queued', 0 FROM job
  ), entry AS (
    INSERT INTO audit (project_id, key_id, key_name, action, target_id, request_id, address)
    SELECT project_id, $2, $3, 'job.create', id, request_id, $4 FROM job
  )
  SELECT use.*, (SELECT id FROM message) AS outbox_id FROM use`;

interface InsertedRow extends UseRow {
  readonly outbox_id: string | null;
}

/** What came of it: a message to send, or a refusal, or neither where a parallel request had the same key. */
interface Inserted {
  readonly message?: QueueMessage;
  readonly refusal?: AppError | undefined;
}

function rowOf(id: string, submission: Submission, accepted: Accepted): Row {
  const { body, projectId, idempotencyKey, requestId } = submission;
  const { source, jobClass, deadline, profile, edit, needs } = accepted;
  return {
    id,
    project_id: projectId,
    ...source.columns,
    kind: body.kind ?? "transcode",
    profile: body.ladder === undefined ? body.profile : ownLadder,
    profile_definition: profile,
    edit,
    needs: [...needs, ...source.needs],
    priority: body.priority ?? "normal",
    class: jobClass,
    metadata: body.metadata ?? {},
    deadline: deadline ?? null,
    request_id: requestId,
    traceparent: currentTraceparent() ?? null,
    idempotency_key: idempotencyKey ?? null,
    idempotency_digest:
      idempotencyKey === undefined ? null : `\\x${digestOfBody(body).toString("hex")}`,
  };
}

/** Takes the job into the project's queue, if its upload is there and the quotas leave room. */
export async function insertJob(
  db: Queryable,
  submission: Submission,
  accepted: Accepted,
): Promise<Inserted> {
  const jobId = newId();
  const { keyId, keyName, address } = submission;
  const { script, glossaries } = accepted;
  const spoken = [
    script === undefined ? null : JSON.stringify(script),
    glossaries.length === 0 ? null : JSON.stringify(glossaries),
  ];
  const values = [rowOf(jobId, submission, accepted), keyId, keyName, address, ...spoken];
  const { rows } = await db.query<InsertedRow>({ name: "insert-job", text: statement, values });
  const [row] = rows;
  if (row?.outbox_id) {
    const { priority = "normal" } = submission.body;
    const { jobClass } = accepted;
    return { message: { outboxId: row.outbox_id, jobId, jobClass, priority } };
  }
  if (row) return { refusal: refusalOf(row) };
  const { upload_id: uploadId, source_job: earlierId } = accepted.source.columns;
  if (uploadId !== null) return { refusal: noUpload(uploadId) };
  if (earlierId !== null) return { refusal: noJob(earlierId) };
  const { source_recording: recordingId } = accepted.source.columns;
  if (recordingId !== null) return { refusal: noRecording(recordingId) };
  throw new Error(`project ${submission.projectId} has no row of use`);
}
