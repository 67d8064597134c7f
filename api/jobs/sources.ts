import type { CreateJob } from "@framewright/contracts/client-api.ts";
import type { JobState } from "@framewright/contracts/job.ts";
import {
  resultFeature,
  type EarlierOutput,
  type JobInput,
} from "@framewright/contracts/job-input.ts";
import type { Queryable } from "../backends/db.ts";
import { AppError } from "../errors.ts";
import { requireObject } from "./bucket-sources.ts";
import type { EngineContext } from "./context.ts";
import { noJob, noRecording, type Source } from "./insert-job.ts";
import { inputOf, requireUrl } from "./request.ts";
import { mediaOf } from "./result-media.ts";
import type { SourceColumns, StoredResult } from "./rows.ts";
import { checkUpload } from "./upload-sources.ts";

const nothing: SourceColumns = {
  ...{ upload_id: null, source_url: null, source_job: null, source_output: null },
  ...{ source_recording: null, source_bucket: null, source_key: null },
};

interface EarlierJob extends SourceColumns {
  readonly state: JobState;
  readonly result: StoredResult | null;
}

async function earlierJob(db: Queryable, projectId: string, jobId: string): Promise<EarlierJob> {
  const { rows } = await db.query<EarlierJob>({
    name: "earlier-job",
    text: `SELECT state, result, upload_id, source_url, source_job, source_output, source_recording, source_bucket, source_key
           FROM jobs WHERE id = $1 AND project_id = $2`,
    values: [jobId, projectId],
  });
  const [row] = rows;
  if (!row) throw noJob(jobId);
  return row;
}

/** Refuses a job that has not succeeded, with what to do. */
function requireResult(jobId: string, { state, result }: EarlierJob): void {
  if (state === "succeeded" && result && mediaOf(result)) return;
  if (state === "succeeded") {
    const message = `Job ${jobId} made neither film nor sound; name what it worked on with "output": "source"`;
    throw new AppError("job-without-result", message);
  }
  if (state === "queued" || state === "running") {
    const message = `Job ${jobId} is ${state}; submit this one when it has succeeded`;
    throw new AppError("job-not-finished", message);
  }
  const message = `Job ${jobId} is ${state} and has no result; name what it worked on with "output": "source"`;
  throw new AppError("job-without-result", message);
}

/** What the earlier job worked on, in the form in which it was named. */
function inputOfRow(row: SourceColumns): JobInput {
  const { upload_id: uploadId, source_url: url, source_bucket: bucket, source_key: key } = row;
  if (uploadId !== null) return { uploadId };
  if (url !== null) return { url };
  if (bucket !== null && key !== null) return { bucket, key };
  if (row.source_recording !== null) return { recordingId: row.source_recording };
  if (row.source_job !== null) return { jobId: row.source_job, output: "result" };
  throw new Error("a job has no input");
}

/** Refuses a recording that has no film, or none yet. */
async function requireRecording(db: Queryable, projectId: string, recordingId: string) {
  const { rows } = await db.query<{ state: string; has_film: boolean }>({
    name: "recording-of-job",
    text: "SELECT state, mp4 IS NOT NULL AS has_film FROM egress_tasks WHERE id = $1 AND project_id = $2",
    values: [recordingId, projectId],
  });
  const [row] = rows;
  if (!row) throw noRecording(recordingId);
  if (row.has_film) return;
  const message = `Recording ${recordingId} is ${row.state} and has no MP4 to work on`;
  throw new AppError("recording-unfinished", message);
}

async function fromEarlier(
  context: EngineContext,
  projectId: string,
  { jobId, output }: { readonly jobId: string; readonly output: EarlierOutput },
): Promise<Source> {
  const row = await earlierJob(context.db, projectId, jobId);
  const named = { source_job: jobId, source_output: output };
  if (output === "result") {
    requireResult(jobId, row);
    return { columns: { ...nothing, ...named }, needs: [resultFeature] };
  }
  const input = inputOfRow(row);
  if ("jobId" in input) return fromEarlier(context, projectId, input);
  const { columns, needs } = await findSource(context, projectId, input);
  return { columns: { ...columns, ...named }, needs };
}

/** What the job will work on, if it is there now: a job that cannot run is refused now, not in an hour. */
async function findSource(
  context: EngineContext,
  projectId: string,
  input: JobInput,
): Promise<Source> {
  if ("jobId" in input) return fromEarlier(context, projectId, input);
  if ("url" in input) {
    return { columns: { ...nothing, source_url: requireUrl(context, input.url) }, needs: [] };
  }
  if ("bucket" in input) {
    await requireObject(context, projectId, input);
    const named = { source_bucket: input.bucket, source_key: input.key };
    return { columns: { ...nothing, ...named }, needs: [] };
  }
  if ("recordingId" in input) {
    await requireRecording(context.db, projectId, input.recordingId);
    return { columns: { ...nothing, source_recording: input.recordingId }, needs: [] };
  }
  await checkUpload(context, projectId, input.uploadId);
  return { columns: { ...nothing, upload_id: input.uploadId }, needs: [] };
}

export function requireSource(
  context: EngineContext,
  projectId: string,
  body: CreateJob,
): Promise<Source> {
  return findSource(context, projectId, inputOf(body));
}
