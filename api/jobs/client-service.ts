import type { LineCorrection, Transcript } from "@framewright/contracts/dub.ts";
import type { AuditEntry } from "@framewright/contracts/audit.ts";
import type {
  CreateUpload,
  MultipartTicket,
  PresignedParts,
  PresignParts,
  Upload,
  UploadTicket,
} from "@framewright/contracts/upload.ts";
import { listWrites, type Actor, type AuditFilter } from "../audit-log.ts";
import { cancelJob } from "./cancel.ts";
import { completeUpload, presignParts } from "./complete-upload.ts";
import type { EngineContext } from "./context.ts";
import { readEarlyState, type EarlyState } from "./early-playback.ts";
import { deleteJob, deleteUpload } from "./delete.ts";
import { QueuePlaces, type QueuePlace } from "./queue-place.ts";
import { listJobs, readEvents, readJob, readPublished, type ListFilter } from "./read.ts";
import type { EventRow, JobRow } from "./rows.ts";
import type { Submission } from "./insert-job.ts";
import { submitJob } from "./submit.ts";
import { correctTranscript, readTranscript } from "./transcripts.ts";
import {
  createMultipart,
  createUpload,
  uploadRow,
  uploadView,
  type UploadOptions,
} from "./uploads.ts";

/** What the routes of the client API ask of the engine; tests put a fake in its place. */
export interface ClientService {
  createUpload(by: Actor, body: CreateUpload): Promise<UploadTicket | MultipartTicket>;
  upload(projectId: string, uploadId: string): Promise<Upload>;
  presignParts(projectId: string, uploadId: string, asked: PresignParts): Promise<PresignedParts>;
  /** Joins the parts; the upload is `completing` where that takes longer than a request. */
  completeUpload(by: Actor, uploadId: string): Promise<Upload>;
  deleteUpload(by: Actor, uploadId: string): Promise<void>;
  /** Gives the id of the job, new or, for a repeated Idempotency-Key, the earlier one. */
  submit(submission: Submission): Promise<string>;
  job(projectId: string, jobId: string): Promise<JobRow>;
  transcript(projectId: string, jobId: string): Promise<Transcript>;
  correctTranscript(
    by: Actor,
    correction: { readonly jobId: string; readonly lines: readonly LineCorrection[] },
  ): Promise<Transcript>;
  jobs(filter: ListFilter): Promise<JobRow[]>;
  /** Where a queued job stands; nothing of any other. */
  place(row: JobRow): Promise<QueuePlace | undefined>;
  cancel(by: Actor, jobId: string): Promise<void>;
  /** A job that runs is lost to its worker at once. */
  deleteJob(by: Actor, jobId: string): Promise<void>;
  events(jobId: string, afterId: number): Promise<EventRow[]>;
  published(jobId: string): Promise<number | undefined>;
  early(jobId: string, attempt: number): Promise<EarlyState>;
  writes(filter: AuditFilter): Promise<AuditEntry[]>;
}

export function createClientService(context: EngineContext, options: UploadOptions): ClientService {
  const { db } = context;
  const places = new QueuePlaces(db);
  return {
    createUpload: (by, body) =>
      body.multipart === true
        ? createMultipart(context, by, body)
        : createUpload(context, options, by, body),
    upload: async (projectId, uploadId) =>
      uploadView(context, await uploadRow(db, projectId, uploadId)),
    presignParts: (projectId, uploadId, asked) =>
      presignParts({ context, options, projectId, uploadId }, asked),
    completeUpload: (by, uploadId) => completeUpload(context, by, uploadId),
    deleteUpload: (by, uploadId) => deleteUpload(context, by, uploadId),
    submit: (submission) => submitJob(context, submission),
    job: (projectId, jobId) => readJob(db, projectId, jobId),
    transcript: (projectId, jobId) => readTranscript(db, projectId, jobId),
    correctTranscript: (by, correction) => correctTranscript(context, by, correction),
    jobs: (filter) => listJobs(db, filter),
    place: (row) => places.of(row),
    cancel: (by, jobId) => cancelJob(context, by, jobId),
    deleteJob: (by, jobId) => deleteJob(context, by, jobId),
    events: (jobId, afterId) => readEvents(db, jobId, afterId),
    published: (jobId) => readPublished(db, jobId),
    early: (jobId, attempt) => readEarlyState(db, jobId, attempt),
    writes: (filter) => listWrites(db, filter),
  };
}
