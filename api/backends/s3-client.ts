import { createHash } from "node:crypto";
import { S3Client, S3ServiceException } from "@aws-sdk/client-s3";
import { AppError } from "../errors.ts";
import { inSpan } from "@framewright/runtime/tracing/tracing.ts";
import type { WriteOnce } from "./write-once.ts";

export interface ObjectStoreOptions {
  readonly endpoint: string;
  readonly publicEndpoint: string;
  readonly bucket: string;
  readonly region: string;
  readonly writeOnce: WriteOnce;
  /** Undefined: the SDK's default chain of providers, which renews what it finds. */
  readonly keys: { readonly accessKeyId: string; readonly secretAccessKey: string } | undefined;
}

export function clientOf(endpoint: string, options: ObjectStoreOptions): S3Client {
  const client = new S3Client({
    endpoint,
    region: options.region,
    ...(options.keys && { credentials: options.keys }),
    // Path style and no checksum trailers: every S3-compatible store understands this much.
    forcePathStyle: true,
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
    maxAttempts: 3,
    requestHandler: { connectionTimeout: 2_000, requestTimeout: 10_000 },
  });
  // The last step before the request: signing alone, which sends nothing, has no span.
  client.middlewareStack.add(
    (next, { commandName = "command" }) =>
      (args) =>
        inSpan(`s3 ${commandName.replace(/Command$/, "")}`, { kind: "client" }, () => next(args)),
    { step: "deserialize", name: "traces", priority: "low" },
  );
  return client;
}

export function statusOf(error: unknown): number | undefined {
  return error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
}

/** The answer of the store stays an error of ours; silence or 5xx of the store is `unavailable`. */
export function translate(error: unknown): unknown {
  const status = statusOf(error);
  if (error instanceof AppError || (status !== undefined && status < 500)) return error;
  if (error instanceof Error && error.name === "AbortError") return error;
  return new AppError("unavailable", "The object store is not reachable; try again shortly", {
    cause: error,
    retryAfterSeconds: 2,
  });
}

export async function guard<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw translate(error);
  }
}

/** The result, or undefined when the store answers 404. */
export async function orAbsent<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (statusOf(error) === 404) return undefined;
    throw translate(error);
  }
}

/** Longest wait until the store has taken bytes that we send it, in milliseconds. */
const sendLimitMs = 60_000;

/** For a command with bytes in memory: they are sent again where an answer got lost. */
export const sendLimit = () => ({
  requestTimeout: sendLimitMs,
  abortSignal: AbortSignal.timeout(sendLimitMs),
});

/** In base64: the store refuses other bytes, such as those of a connection that broke. */
export function md5Of(bytes: Uint8Array): string {
  return createHash("md5").update(bytes).digest("base64");
}

/** A URL dies with the session whose keys signed it, if that ends earlier. */
export async function endOf(client: S3Client, seconds: number): Promise<Date> {
  const asked = new Date(Date.now() + seconds * 1000);
  const { expiration } = await client.config.credentials();
  return expiration !== undefined && expiration < asked ? expiration : asked;
}
