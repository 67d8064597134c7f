import type { DubSummary } from "@framewright/contracts/dub.ts";
import type {
  JobClass,
  JobError,
  JobKind,
  JobResult,
  JobState,
  Priority,
} from "@framewright/contracts/job.ts";
import type { Outputs } from "@framewright/contracts/outputs.ts";
import { ownLadder, type Ladder, type ProfileName } from "@framewright/contracts/profile.ts";
import type { AttemptOutcome, JobEvent } from "@framewright/contracts/client-api.ts";
import type { Edit } from "@framewright/contracts/edit.ts";
import type { EarlierOutput } from "@framewright/contracts/job-input.ts";
import type { Metadata } from "@framewright/contracts/job-request.ts";
import type { FailRequest, WorkerProgress } from "@framewright/contracts/worker-api.ts";
import type { Money, Usage } from "@framewright/contracts/usage.ts";
import type { Failures } from "./verdicts.ts";

/** As an attempt's row has it: at the prices of the time when it ended. */
export type StoredUsage = Usage & { readonly price?: Money };

/** An attempt inside a job's row, as json_agg gives it: times are text. */
export interface AttemptJson {
  readonly number: number;
  readonly worker: string;
  readonly outcome: AttemptOutcome;
  readonly startedAt: string;
  readonly finishedAt: string | null;
  /** As its worker reported it, with what was found in the source. */
  readonly error: Omit<FailRequest, "usage"> | null;
  /** Nothing of a worker of the version before, and of one that fell silent. */
  readonly usage?: StoredUsage | null;
}

/** A result as it was stored; those of earlier versions state no warnings and no choices. */
export type StoredResult = Omit<JobResult, "warnings" | "choices" | "usage" | "dub"> &
  Partial<Pick<JobResult, "warnings" | "choices">> & {
    /** Its lines are in `transcripts`. */
    readonly dub?: DubSummary;
  };

/** What a job works on: an upload, a URL, an object of a bucket or the result of an earlier job. */
export interface SourceColumns {
  readonly upload_id: string | null;
  readonly source_url: string | null;
  /** The earlier job that was named, and what of it. */
  readonly source_job: string | null;
  readonly source_output: EarlierOutput | null;
  readonly source_recording: string | null;
  readonly source_bucket: string | null;
  readonly source_key: string | null;
}

/** What is read of a job to show it. */
export interface JobRow extends SourceColumns {
  readonly id: string;
  readonly project_id: string;
  readonly kind: JobKind;
  readonly file_name: string | null;
  readonly metadata: Metadata;
  readonly deadline: Date | null;
  readonly profile: ProfileName;
  /** The job's own, in place of the profile's. */
  readonly ladder: Ladder | null;
  readonly edit: Edit | null;
  /** Null where HLS is all. */
  readonly outputs: Outputs | null;
  readonly priority: Priority;
  readonly class: JobClass;
  readonly state: JobState;
  readonly attempt: number;
  readonly cancel_requested: boolean;
  /** With what is played of it meanwhile, which clients get as an address. */
  readonly progress: WorkerProgress | null;
  readonly result: StoredResult | null;
  readonly published_attempt: number | null;
  readonly error: JobError | null;
  readonly created_at: Date;
  readonly started_at: Date | null;
  readonly finished_at: Date | null;
  readonly traceparent: string | null;
  readonly attempts: readonly AttemptJson[];
}

/** The columns of JobRow, for `FROM jobs j`. */
export const jobColumns = `
  j.id, j.project_id, j.kind, j.upload_id, j.source_url, j.source_job, j.source_output, j.source_recording, j.source_bucket, j.source_key, j.metadata, j.deadline, j.edit, j.priority, j.class, j.state,
  j.attempt, j.cancel_requested, j.progress, j.result, j.published_attempt, j.error, j.created_at, j.started_at, j.finished_at, j.traceparent,
  coalesce(j.profile_definition->>'name', j.profile) AS profile,
  CASE WHEN j.profile = '${ownLadder}' THEN j.profile_definition #> '{video,ladder}' END AS ladder,
  j.profile_definition #> '{packaging,outputs}' AS outputs,
  (SELECT u.filename FROM uploads u WHERE u.id = j.upload_id) AS file_name,
  (SELECT coalesce(json_agg(json_build_object(
      'number', a.number, 'worker', a.worker_name, 'outcome', a.outcome,
      'startedAt', a.started_at, 'finishedAt', a.finished_at, 'error', a.error, 'usage', a.usage
    ) ORDER BY a.number), '[]')
   FROM attempts a WHERE a.job_id = j.id) AS attempts`;

/** A running job, its row locked by the transaction that read it. */
export interface LockedJob {
  readonly id: string;
  readonly attempt: number;
  readonly class: JobClass;
  readonly priority: Priority;
  readonly failures: Failures;
  readonly cancel_requested: boolean;
  /** Its project, if that may run only so many jobs at once. */
  readonly limited_project: string | null;
  /** Since it was submitted, and since its first claim. */
  readonly age_seconds: number;
  readonly run_seconds: number;
}

/** The columns of LockedJob, for `FROM jobs`. */
export const lockedColumns = `id, attempt, class, priority, failures, cancel_requested,
  extract(epoch FROM now() - created_at)::float8 AS age_seconds,
  coalesce(extract(epoch FROM now() - started_at), 0)::float8 AS run_seconds,
  (SELECT p.id FROM projects p WHERE p.id = jobs.project_id AND p.max_running IS NOT NULL)
    AS limited_project`;

export interface EventRow {
  readonly id: string;
  readonly type: JobEvent["type"];
  readonly attempt: number;
  readonly error: JobError | null;
  readonly created_at: Date;
}

export const uploadsPrefix = "uploads/";

/** Where an upload lies in the bucket; the id is ours, so no name of a client becomes a path. */
export function uploadKey(projectId: string, uploadId: string): string {
  return `${uploadsPrefix}${projectId}/${uploadId}`;
}

/** Beginnings of parts of an upload by tus, until these parts are whole. */
export function tailsOf(key: string): string {
  return `${key}.tail-`;
}

/** Whatever the attempts of a job wrote. */
export function jobPrefix(jobId: string): string {
  return `jobs/${jobId}/`;
}

/** Each attempt writes under a prefix of its own, so that two can never mix their files. */
export function attemptPrefix(jobId: string, attempt: number): string {
  return `${jobPrefix(jobId)}a${attempt}/`;
}

/** Where an attempt of a recording writes. */
export function recordingPrefix(egressId: string, attempt: number): string {
  return `egress/${egressId}/a${attempt}/`;
}
