import { Value } from "typebox/value";
import { Job, JobList } from "@framewright/contracts/client-api.ts";
import { createJob, followJob, uploadVideo, type Api } from "../../../tools/demo/client.ts";
import { makeClip, type ClipShape } from "../../../tools/demo/clip.ts";
import { mediaTools, platform } from "../../../tools/demo/platform.ts";

/** Two renditions and two segments: enough to prove all that a long video proves, in seconds. */
export const shortClip: ClipShape = { width: 1280, height: 720, fps: 30, seconds: 8 };
/** Encodes long enough to be interrupted in the middle. */
export const longClip: ClipShape = { width: 1280, height: 720, fps: 30, seconds: 20 };

/** How long a job may take on a busy machine before the test calls it stuck. */
export const patienceMs = 10 * 60_000;

export { mediaTools, platform };

export async function clip(shape: ClipShape): Promise<string> {
  const { ffmpeg } = await mediaTools();
  return makeClip(ffmpeg, shape);
}

/** A request with the API key; the body is sent as JSON. */
export function ask(
  api: Api,
  path: string,
  more: { readonly body?: unknown; readonly headers?: Readonly<Record<string, string>> } = {},
): Promise<Response> {
  const { body, headers } = more;
  return fetch(`${api.url}${path}`, {
    method: body === undefined ? "GET" : "POST",
    headers: {
      authorization: `Bearer ${api.key}`,
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

/** Uploads a file and makes a job of it. */
export async function submit(api: Api, file: string): Promise<Job> {
  return createJob(api, await uploadVideo(api, file), "hls-1080p");
}

/** A job of its own that has succeeded. */
export async function newJob(api: Api): Promise<Job> {
  const { id } = await submit(api, await clip(shortClip));
  const job = await followJob(api, id, () => undefined, patienceMs);
  if (job.state !== "succeeded") throw new Error(`Job ${id} ended as ${job.state}`);
  return job;
}

/** The newest job that succeeded, or a new one where there is none: what is finished is not done again. */
export async function finishedJob(api: Api): Promise<Job> {
  const answer = await ask(api, "/v1/jobs?state=succeeded&limit=1");
  const [newest] = Value.Parse(JobList, await answer.json()).jobs;
  return newest ?? newJob(api);
}
