import { createHash } from "node:crypto";
import type { CreateJob } from "@framewright/contracts/client-api.ts";
import type { JobKind } from "@framewright/contracts/job.ts";
import { inputForms, JobMediaInput, type JobInput } from "@framewright/contracts/job-input.ts";
import { codecOf, type Rung } from "@framewright/contracts/profile.ts";
import { farthestDeadlineDays } from "@framewright/contracts/job-request.ts";
import { checkUrl, TargetRefused } from "@framewright/runtime/outbound-url.ts";
import { AppError, refusedFields } from "../errors.ts";
import { inOrder } from "./edits.ts";
import type { EngineContext } from "./context.ts";

const inputFields: readonly string[] = Object.keys(JobMediaInput.properties);

function refuseInput(message: string): AppError {
  return refusedFields("invalid-request", { path: "body/input", message });
}

const forms = Object.entries(inputForms).map(([name, more]) => ({ name, ...more }));
const inWords = forms
  .map(
    ({ name, required }) => `{${[name, ...required].map((part) => `"${part}": "..."`).join(", ")}}`,
  )
  .join(", ");

/** What is wrong with the fields that are there, in place of what the schema says of combinations. */
function formProblem(input: object): AppError | undefined {
  const given = Object.keys(input);
  const named = forms.filter(({ name }) => name in input);
  const [form, other] = named;
  if (!form) return refuseInput(`names nothing to work on; send one of ${inWords}`);
  if (other) return refuseInput(`has both ${form.name} and ${other.name}; send one of them`);
  const missing = form.required.find((name) => !given.includes(name));
  if (missing !== undefined) return refuseInput(`has ${form.name} without ${missing}`);
  const known: readonly string[] = [form.name, ...form.required, ...form.optional];
  const odd = given.find((name) => inputFields.includes(name) && !known.includes(name));
  return odd === undefined
    ? undefined
    : refuseInput(`has ${odd}, which does not go with ${form.name}`);
}

/** What is wrong, where the schema would only say that one of several must match. */
export function inputProblem(body: unknown): AppError | undefined {
  if (typeof body !== "object" || body === null) return undefined;
  const given = ["input", "uploadId"].filter((name) => name in body);
  if (given.length === 0) {
    return refuseInput(`is missing; name what to work on, as ${inWords}`);
  }
  if (given.length === 2) {
    return refuseInput(
      "and body/uploadId are both given; send input alone, uploadId is its earlier form",
    );
  }
  const input = "input" in body ? body.input : undefined;
  return typeof input === "object" && input !== null ? formProblem(input) : undefined;
}

/** What the job works on, in whichever form it was named. */
export function inputOf({ input, uploadId = input?.uploadId }: CreateJob): JobInput {
  if (uploadId !== undefined) return { uploadId };
  const { url, jobId, output = "result", recordingId, bucket, key } = input ?? {};
  if (url !== undefined) return { url };
  if (jobId !== undefined) return { jobId, output };
  if (recordingId !== undefined) return { recordingId };
  if (bucket !== undefined && key !== undefined) return { bucket, key };
  throw refuseInput("is missing");
}

/** The URL as it is kept. What its name leads to is checked by the worker, when it connects. */
export function requireUrl(
  { urlInput }: Pick<EngineContext, "urlInput">,
  url: string,
  name = "input",
): string {
  if (!urlInput) {
    const remedy = "upload the file, or have the operator set urlInput.enabled of the stack";
    throw new AppError("url-input-off", `${name}.url is not accepted here; ${remedy}`);
  }
  try {
    return checkUrl(url, urlInput.policy).href;
  } catch (error) {
    if (!(error instanceof TargetRefused)) throw error;
    const errors = [{ path: `body/${name.replaceAll(".", "/")}/url`, message: error.message }];
    throw new AppError("url-refused", `${name}.url is refused: ${error.message}`, { errors });
  }
}

const dayMs = 24 * 3600 * 1000;

/** The time after which no attempt begins. A repeated request is answered before, however late it comes. */
export function deadlineOf({ deadline }: CreateJob, nowMs = Date.now()): Date | undefined {
  if (deadline === undefined) return undefined;
  const refuse = (why: string) =>
    new AppError("deadline-invalid", `deadline is ${deadline}; ${why}`);
  const time = Date.parse(deadline);
  if (Number.isNaN(time)) throw refuse("leap seconds are not known here, take the second before");
  const now = new Date(nowMs).toISOString();
  if (time <= nowMs) throw refuse(`it is ${now} already, and the job could never start`);
  if (time > nowMs + farthestDeadlineDays * dayMs) {
    throw refuse(`it may be at most ${farthestDeadlineDays} days after now, ${now}`);
  }
  return new Date(time);
}

function sorted(metadata: NonNullable<CreateJob["metadata"]>): [string, string][] {
  return Object.entries(metadata).toSorted(([a], [b]) => (a < b ? -1 : 1));
}

/** The codec stands in it only where it is not the one that earlier versions have. */
function rungDigest(rung: Rung): readonly (number | string)[] {
  const codec = codecOf(rung);
  return [rung.height, rung.kbps, ...(codec === "h264" ? [] : [codec])];
}

/** What is asked of the film and of its files, whatever the order of the fields was. */
function workDigest({ edit, outputs }: CreateJob) {
  return {
    ...(edit !== undefined && { edit: inOrder(edit) }),
    ...(outputs !== undefined && { outputs: inOrder(outputs) }),
  };
}

/** What stands in a digest for a kind; nothing for the one that is older than kinds. */
const digestNames: Readonly<Record<JobKind, string | undefined>> = { transcode: undefined };

function inputInDigest(input: Exclude<JobInput, { uploadId: string }>) {
  return "url" in input ? { url: input.url } : { input: inOrder(input) };
}

/**
 * The same for requests that mean the same, whatever the order of fields in the body was. What earlier versions do not
 * know stands in it only where it was sent: keys that they stored stay good.
 */
export function digestOfBody(body: CreateJob): Buffer {
  const {
    kind = "transcode",
    profile,
    priority = "normal",
    metadata = {},
    deadline,
    ladder,
  } = body;
  const input = inputOf(body);
  const more = {
    ...(!("uploadId" in input) && inputInDigest(input)),
    ...(digestNames[kind] !== undefined && { kind: digestNames[kind] }),
    ...(Object.keys(metadata).length > 0 && { metadata: sorted(metadata) }),
    ...(deadline !== undefined && { deadline: Date.parse(deadline) }),
    ...workDigest(body),
    ...(ladder !== undefined && { ladder: ladder.map(rungDigest) }),
  };
  const known = ["uploadId" in input ? input.uploadId : null, profile, priority];
  return createHash("sha256")
    .update(JSON.stringify(Object.keys(more).length === 0 ? known : [...known, more]))
    .digest();
}
