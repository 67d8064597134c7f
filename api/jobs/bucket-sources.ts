import type { JobError } from "@framewright/contracts/job.ts";
import { isOpenTo, isWithin, type OpenInputBucket } from "../backends/input-buckets.ts";
import { AppError } from "../errors.ts";
import type { EngineContext } from "./context.ts";

type Context = Pick<EngineContext, "inputBuckets">;

/** An object as a job names it. */
export interface NamedObject {
  readonly bucket: string;
  readonly key: string;
}

/** The same words for a bucket of other projects: whether there is one is none of their business. */
function find(
  { inputBuckets }: Context,
  projectId: string,
  { bucket, key }: NamedObject,
): OpenInputBucket {
  const found = inputBuckets.get(bucket);
  if (!found || !isOpenTo(found, projectId)) {
    const message = `There is no bucket ${bucket} for jobs of this project; GET /v1/limits names those that there are`;
    throw new AppError("bucket-unknown", message);
  }
  if (isWithin(found, key)) return found;
  const { prefixes } = found.settings;
  const message = `Keys of bucket ${bucket} must begin with ${prefixes.join(" or ")}, without empty segments, "." and ".."`;
  throw new AppError("key-refused", message, {
    errors: [{ path: "body/input/key", message: `is ${key}` }],
  });
}

/** Refuses an object that a job of the project may not take, or that is not there. Gives its size in bytes. */
export async function requireObject(
  context: Context,
  projectId: string,
  named: NamedObject,
): Promise<{ readonly sizeBytes: number; readonly bucket: OpenInputBucket }> {
  const bucket = find(context, projectId, named);
  const sizeBytes = await bucket.store.sizeOf(named.key);
  if (sizeBytes !== undefined && sizeBytes > 0) return { sizeBytes, bucket };
  const what = sizeBytes === 0 ? "is empty" : "is not there";
  throw new AppError("object-not-found", `${named.key} ${what} in bucket ${named.bucket}`);
}

/** What an attempt ends with where the config or the bucket has changed since the job was accepted. */
export function changedSince(error: unknown): JobError | undefined {
  if (!(error instanceof AppError)) return undefined;
  const { code, message } = error;
  const isFinal =
    code === "bucket-unknown" || code === "key-refused" || code === "object-not-found";
  return isFinal ? { kind: "input", code, message } : undefined;
}
