import { createReadStream, statSync } from "node:fs";
import { request as requestInClear } from "node:http";
import { request as requestByTls } from "node:https";
import { basename } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Job, type CreateJob } from "@framewright/contracts/client-api.ts";
import { Transcript } from "@framewright/contracts/dub.ts";
import type { ProfileName } from "@framewright/contracts/profile.ts";
import { UploadTicket, type CreateUpload } from "@framewright/contracts/upload.ts";
import type { Static, TSchema } from "typebox";
import { parseAs } from "../parse.ts";

export interface Api {
  readonly url: string;
  readonly key: string;
}

/** The API refused something; the message is its own explanation. */
class ApiError extends Error {
  readonly status: number | undefined;

  constructor(message: string, status?: number) {
    super(message);
    this.status = status;
  }
}

async function call<T extends TSchema>(
  api: Api,
  schema: T,
  path: string,
  body?: unknown,
): Promise<Static<T>> {
  const response = await fetch(`${api.url}${path}`, {
    method: body === undefined ? "GET" : "POST",
    headers: {
      authorization: `Bearer ${api.key}`,
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) {
    throw new ApiError(`${path} answered ${response.status}: ${text}`, response.status);
  }
  const answer: unknown = JSON.parse(text);
  return parseAs(schema, answer, `The answer to ${path}`);
}

/** Streams a file to a presigned URL, telling how far it is. */
async function put(
  ticket: UploadTicket,
  file: string,
  onBytes: (sent: number) => void,
): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<undefined>();
  const headers = { ...ticket.headers, "content-length": String(statSync(file).size) };
  const request = new URL(ticket.url).protocol === "https:" ? requestByTls : requestInClear;
  const upload = request(ticket.url, { method: "PUT", headers }, (response) => {
    let text = "";
    response.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
    response.on("end", () => {
      if (response.statusCode === 200) resolve(undefined);
      else
        reject(
          new ApiError(`The upload was answered with ${String(response.statusCode)}: ${text}`),
        );
    });
  });
  upload.on("error", reject);
  let sent = 0;
  createReadStream(file)
    .on("data", (chunk) => {
      sent += chunk.length;
      onBytes(sent);
    })
    .on("error", reject)
    .pipe(upload);
  await promise;
}

/** Uploads a file and returns the id under which a job may name it. */
export async function uploadVideo(
  api: Api,
  file: string,
  onBytes: (sent: number) => void = () => undefined,
): Promise<string> {
  const body: CreateUpload = {
    filename: basename(file),
    contentType: "video/mp4",
    sizeBytes: statSync(file).size,
  };
  const ticket = await call(api, UploadTicket, "/v1/uploads", body);
  await put(ticket, file, onBytes);
  return ticket.uploadId;
}

export function createJob(
  api: Api,
  uploadId: string,
  profile: ProfileName,
  edit?: CreateJob["edit"],
): Promise<Job> {
  const body: CreateJob = { input: { uploadId }, profile, ...(edit && { edit }) };
  return call(api, Job, "/v1/jobs", body);
}

export function getJob(api: Api, id: string): Promise<Job> {
  return call(api, Job, `/v1/jobs/${id}`);
}

/** The lines of a job that has a dub. */
export function getTranscript(api: Api, id: string): Promise<Transcript> {
  return call(api, Transcript, `/v1/jobs/${id}/transcript`);
}

const terminal: readonly Job["state"][] = ["succeeded", "failed", "cancelled"];

/** Follows a job to its end. A moment without an answer is no reason to give up: the API may restart. */
export async function followJob(
  api: Api,
  id: string,
  onChange: (job: Job) => void = () => undefined,
  patienceMs = 30 * 60_000,
): Promise<Job> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    let problem: unknown;
    try {
      const job = await getJob(api, id);
      onChange(job);
      if (terminal.includes(job.state)) return job;
    } catch (error) {
      problem = error;
      // "Try again shortly", as the API says while its database is away.
      if (error instanceof ApiError && error.status !== 503) throw error;
    }
    if (Date.now() > deadline) {
      throw new Error(`Job ${id} has not ended after ${patienceMs / 60_000} min`, {
        cause: problem,
      });
    }
    await sleep(500);
  }
}
