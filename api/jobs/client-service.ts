import type { AuditEntry } from "@framewright/contracts/audit.ts";
import type { CreateUpload, UploadTicket } from "@framewright/contracts/client-api.ts";
import { listWrites, recordWrite, type Actor, type AuditFilter } from "../audit-log.ts";
import { cancelJob } from "./cancel.ts";
import type { EngineContext } from "./context.ts";
import { deleteJob, deleteUpload } from "./delete.ts";
import { QueuePlaces, type QueuePlace } from "./queue-place.ts";
import { listJobs, readEvents, readJob, readPublished, type ListFilter } from "./read.ts";
import { uploadKey, type EventRow, type JobRow } from "./rows.ts";
import { submitJob, type Submission } from "./submit.ts";
import { newId } from "../ids.ts";
import { requireQuota } from "../projects/quotas.ts";

/** What the routes of the client API ask of the engine; tests put a fake in its place. */
export interface ClientService {
  createUpload(by: Actor, body: CreateUpload): Promise<UploadTicket>;
  deleteUpload(by: Actor, uploadId: string): Promise<void>;
  /** Gives the id of the job, new or, for a repeated Idempotency-Key, the earlier one. */
  submit(submission: Submission): Promise<string>;
  job(projectId: string, jobId: string): Promise<JobRow>;
  jobs(filter: ListFilter): Promise<JobRow[]>;
  /** Where a queued job stands; nothing of any other. */
  place(row: JobRow): Promise<QueuePlace | undefined>;
  cancel(by: Actor, jobId: string): Promise<void>;
  /** A job that runs is lost to its worker at once. */
  deleteJob(by: Actor, jobId: string): Promise<void>;
  events(jobId: string, afterId: number): Promise<EventRow[]>;
  published(jobId: string): Promise<number | undefined>;
  writes(filter: AuditFilter): Promise<AuditEntry[]>;
}

export interface UploadOptions {
  readonly uploadUrlSeconds: number;
}

async function createUpload(
  { db, store }: EngineContext,
  { uploadUrlSeconds }: UploadOptions,
  by: Actor,
  body: CreateUpload,
): Promise<UploadTicket> {
  const { filename, contentType, sizeBytes } = body;
  const uploadId = newId();
  const key = uploadKey(by.projectId, uploadId);
  const { url, headers, expiresAt } = await store.presignPut({
    side: "public",
    key,
    contentType,
    sizeBytes,
    expiresSeconds: uploadUrlSeconds,
  });
  await db.tx(async (client) => {
    await client.query({
      name: "insert-upload",
      text: `INSERT INTO uploads (id, project_id, object_key, filename, content_type, size_bytes)
             VALUES ($1, $2, $3, $4, $5, $6)`,
      values: [uploadId, by.projectId, key, filename ?? null, contentType, sizeBytes],
    });
    await requireQuota(client, by.projectId, { of: "upload", sizeBytes });
    await recordWrite(client, by, "upload.create", uploadId);
  });
  return { uploadId, method: "PUT", url, headers, expiresAt: expiresAt.toISOString() };
}

export function createClientService(context: EngineContext, options: UploadOptions): ClientService {
  const { db } = context;
  const places = new QueuePlaces(db);
  return {
    createUpload: (by, body) => createUpload(context, options, by, body),
    deleteUpload: (by, uploadId) => deleteUpload(context, by, uploadId),
    submit: (submission) => submitJob(context, submission),
    job: (projectId, jobId) => readJob(db, projectId, jobId),
    jobs: (filter) => listJobs(db, filter),
    place: (row) => places.of(row),
    cancel: (by, jobId) => cancelJob(context, by, jobId),
    deleteJob: (by, jobId) => deleteJob(context, by, jobId),
    events: (jobId, afterId) => readEvents(db, jobId, afterId),
    published: (jobId) => readPublished(db, jobId),
    writes: (filter) => listWrites(db, filter),
  };
}
