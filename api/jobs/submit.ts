import type { CreateJob } from "@framewright/contracts/client-api.ts";
import type { JobClass, JobKind, Tier } from "@framewright/contracts/job.ts";
import { ownLadder, tierOf, type Profile } from "@framewright/contracts/profile.ts";
import type { Edit } from "@framewright/contracts/edit.ts";
import { recordWrite, type Actor } from "../audit-log.ts";
import type { QueueMessage } from "../backends/broker.ts";
import type { Queryable } from "../backends/db.ts";
import { AppError } from "../errors.ts";
import { newId } from "../ids.ts";
import { requireQuota } from "../projects/quotas.ts";
import { addEvent, addToOutbox, afterCommit, type EngineContext } from "./context.ts";
import { featuresOf, requireEdit } from "./edits.ts";
import { profileFor } from "./profiles.ts";
import { deadlineOf, digestOfBody, inputOf, requireUrl } from "./request.ts";

export interface Submission extends Actor {
  readonly body: CreateJob;
  readonly idempotencyKey: string | undefined;
}

/** The job that an earlier request with this key made; refuses the key for another body. */
async function findEarlier(db: Queryable, submission: Submission): Promise<string | undefined> {
  if (submission.idempotencyKey === undefined) return undefined;
  const { rows } = await db.query<{ id: string; idempotency_digest: Buffer }>({
    name: "job-by-idempotency-key",
    text: `SELECT id, idempotency_digest FROM jobs WHERE project_id = $1 AND idempotency_key = $2`,
    values: [submission.projectId, submission.idempotencyKey],
  });
  const [row] = rows;
  if (row && !row.idempotency_digest.equals(digestOfBody(submission.body))) {
    throw new AppError(
      "idempotency-key-reused",
      "This Idempotency-Key was sent with another body; use a new key for a new job",
    );
  }
  return row?.id;
}

interface UploadRow {
  readonly object_key: string;
  readonly size_bytes: string;
  readonly content_type: string;
  readonly in_parts: boolean;
}

function noUpload(uploadId: string): AppError {
  const message = `There is no upload ${uploadId}; if it was deleted, upload the file again`;
  return new AppError("upload-not-found", message);
}

/** Holds the upload until the job is there, so that it is not deleted in between (retention.ts, delete.ts). */
async function holdUpload(client: Queryable, uploadId: string): Promise<void> {
  const { rowCount } = await client.query({
    name: "hold-upload",
    text: "SELECT 1 FROM uploads WHERE id = $1 AND expired_at IS NULL FOR SHARE",
    values: [uploadId],
  });
  if (rowCount === 0) throw noUpload(uploadId);
}

function nothingStored(uploadId: string, upload: UploadRow): AppError {
  const message = upload.in_parts
    ? `Upload ${uploadId} comes in parts and is not complete; POST /v1/uploads/${uploadId}/complete first`
    : `Nothing was stored for upload ${uploadId}; PUT exactly ${upload.size_bytes} bytes to its URL as ` +
      `${upload.content_type} first: the store refuses any other size or media type (403 SignatureDoesNotMatch)`;
  return new AppError("upload-incomplete", message);
}

/** The upload must be there in full: a job that cannot run is refused now, not in an hour. */
async function checkUpload(
  context: EngineContext,
  projectId: string,
  uploadId: string,
): Promise<void> {
  const { rows } = await context.db.query<UploadRow>({
    name: "upload-of-project",
    text: `SELECT object_key, size_bytes, content_type, part_bytes IS NOT NULL AS in_parts FROM uploads
           WHERE id = $1 AND project_id = $2 AND expired_at IS NULL`,
    values: [uploadId, projectId],
  });
  const [upload] = rows;
  if (!upload) throw noUpload(uploadId);
  const stored = await context.store.sizeOf(upload.object_key);
  if (stored === undefined) throw nothingStored(uploadId, upload);
  if (stored !== Number(upload.size_bytes)) {
    throw new AppError(
      "upload-size-mismatch",
      `Upload ${uploadId} has ${stored} bytes, but ${upload.size_bytes} were announced`,
    );
  }
}

/** Where the job gets its media: one of both. */
interface Source {
  readonly uploadId?: string;
  readonly url?: string;
}

async function checkInput(context: EngineContext, submission: Submission): Promise<Source> {
  const input = inputOf(submission.body);
  if ("url" in input) return { url: requireUrl(context, input.url) };
  await checkUpload(context, submission.projectId, input.uploadId);
  return input;
}

/** What is asked for in full, whatever the config says later, and its size class. */
interface Order {
  readonly profile: Profile;
  readonly tier: Tier;
  readonly edit: Edit | null;
  /** What a worker must be able to do. */
  readonly needs: readonly string[];
}

interface Accepted extends Order {
  readonly source: Source;
  readonly jobClass: JobClass;
  readonly deadline: Date | undefined;
}

/** By the kind of the job. */
const orders = {
  transcode: ({ profiles }, body) => {
    const profile = profileFor(profiles, body);
    const edit = requireEdit(body);
    const tier = tierOf(profile.video.ladder);
    return { profile, tier, edit: edit ?? null, needs: featuresOf(edit) };
  },
} as const satisfies Record<
  JobKind,
  (context: Pick<EngineContext, "profiles">, body: CreateJob) => Order
>;

/** One transaction: job, outbox row, event. Undefined when a parallel request had the same key. */
async function insertJob(
  client: Queryable,
  submission: Submission,
  { source, jobClass, deadline, profile, edit, needs }: Accepted,
) {
  const { body, projectId, idempotencyKey } = submission;
  const { kind = "transcode", priority = "normal", metadata = {} } = body;
  const id = newId();
  if (source.uploadId !== undefined) await holdUpload(client, source.uploadId);
  const { rowCount } = await client.query({
    name: "insert-job",
    text: `INSERT INTO jobs (id, project_id, upload_id, profile, priority, class, request_id,
                             idempotency_key, idempotency_digest, kind, metadata, deadline, profile_definition,
                             source_url, edit, needs)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
           ON CONFLICT (project_id, idempotency_key) DO NOTHING`,
    values: [
      id,
      projectId,
      source.uploadId ?? null,
      body.ladder === undefined ? body.profile : ownLadder,
      priority,
      jobClass,
      submission.requestId,
      idempotencyKey ?? null,
      idempotencyKey === undefined ? null : digestOfBody(body),
      kind,
      metadata,
      deadline ?? null,
      profile,
      source.url ?? null,
      edit,
      needs,
    ],
  });
  if (rowCount === 0) return undefined;
  await requireQuota(client, projectId, { of: "job" });
  const message = await addToOutbox(client, { jobId: id, jobClass, priority, delayMs: 0 });
  await addEvent(client, { jobId: id, type: "queued", attempt: 0 });
  await recordWrite(client, submission, "job.create", id);
  return { id, message } satisfies { id: string; message: QueueMessage | undefined };
}

/** Accepts a job and gives its id; a repeated Idempotency-Key gives the job of the first request. */
export async function submitJob(context: EngineContext, submission: Submission): Promise<string> {
  const earlier = await findEarlier(context.db, submission);
  if (earlier !== undefined) return earlier;
  const { body } = submission;
  const { kind = "transcode" } = body;
  const deadline = deadlineOf(body);
  const order = orders[kind](context, body);
  const source = await checkInput(context, submission);
  const jobClass = await context.router.route({ kind, tier: order.tier });
  const accepted = { ...order, source, jobClass, deadline };
  const inserted = await context.db.tx((client) => insertJob(client, submission, accepted));
  if (inserted) {
    afterCommit(context, inserted.id, inserted.message);
    return inserted.id;
  }
  const winner = await findEarlier(context.db, submission);
  if (winner === undefined) throw new Error("the job with this Idempotency-Key has disappeared");
  return winner;
}
