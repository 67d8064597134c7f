import {
  tusPath,
  type PresignParts,
  type PresignedParts,
  type Upload,
} from "@framewright/contracts/upload.ts";
import { pause } from "@framewright/runtime/clock.ts";
import { recordWrite, type Actor } from "../audit-log.ts";
import type { MultipartRef, StoredPart } from "../backends/object-store.ts";
import { joinLimitMs } from "../backends/s3-multipart.ts";
import { AppError } from "../errors.ts";
import type { EngineContext } from "./context.ts";
import { deleteObjects } from "./deletions.ts";
import { tailsOf } from "./rows.ts";
import { numbersInWords, partProblems, sizeOfPart, type PartLayout } from "./part-layout.ts";
import {
  partsOf,
  uploadNotFound,
  uploadRow,
  uploadView,
  type UploadOptions,
  type UploadRow,
} from "./uploads.ts";

type Parts = PartLayout & MultipartRef;

/** Longer than the store may take to join parts. */
const completingSeconds = joinLimitMs / 1000 + 180;
/** A request is answered within this time, whether the store is ready or not; handlers have 15 s. */
const answerMs = 10_000;
/** Problems that an answer lists one by one. */
const listedProblems = 100;

function requireParts(row: UploadRow): Parts {
  const parts = partsOf(row);
  if (parts) return parts;
  const message = `Upload ${row.id} is one PUT; announce it with "multipart": true to send it in parts`;
  throw new AppError("upload-not-multipart", message);
}

interface PresignArgs {
  readonly context: EngineContext;
  readonly options: UploadOptions;
  readonly projectId: string;
  readonly uploadId: string;
}

export async function presignParts(
  { context: { db, store }, options, projectId, uploadId }: PresignArgs,
  asked: PresignParts,
): Promise<PresignedParts> {
  const { uploadUrlSeconds: expiresSeconds } = options;
  const row = await uploadRow(db, projectId, uploadId);
  const layout = requireParts(row);
  if (row.tus_metadata !== null) {
    const message = `Upload ${uploadId} comes by tus; send its bytes to ${tusPath}/${uploadId}`;
    throw new AppError("upload-not-multipart", message);
  }
  if (row.completing || row.completed_at) {
    const message = `Upload ${uploadId} is ${row.completed_at ? "complete" : "being completed"}; its parts do not change any more`;
    throw new AppError("upload-completed", message);
  }
  const parts = asked.parts.map(({ number, md5 }) => {
    const sizeBytes = sizeOfPart(layout, number);
    if (sizeBytes !== undefined) return { number, md5, sizeBytes };
    const message = `Upload ${uploadId} has no part ${number}; its ${layout.sizeBytes} bytes in parts of ${layout.partBytes} end before`;
    throw new AppError("part-unknown", message);
  });
  const presigned = parts.map(async (part) => {
    const { url, headers, expiresAt } = await store.multipart.presignPart({
      ...{ ...layout, ...part },
      expiresSeconds,
    });
    const { number, sizeBytes } = part;
    return { number, url, headers, sizeBytes, expiresAt: expiresAt.toISOString() };
  });
  return { parts: await Promise.all(presigned) };
}

function howToSend({ id, tus_metadata: tus }: UploadRow): string {
  return tus === null
    ? `send them with URLs of POST /v1/uploads/${id}/parts`
    : `go on with ${tusPath}/${id}`;
}

/** Refuses parts that are not the file, and names them. */
function requireWhole(row: UploadRow, layout: PartLayout, stored: readonly StoredPart[]): void {
  const uploadId = row.id;
  const { missing, wrong } = partProblems(layout, stored);
  if (missing.length + wrong.length === 0) return;
  const errors = [
    ...missing.map((number) => ({ path: `parts/${number}`, message: "is missing" })),
    ...wrong.map(({ number, sizeBytes, expected }) => ({
      path: `parts/${number}`,
      message: `has ${sizeBytes} bytes instead of ${expected}`,
    })),
  ].slice(0, listedProblems);
  const again = howToSend(row);
  if (missing.length > 0) {
    const message = `Parts ${numbersInWords(missing)} of upload ${uploadId} are missing; ${again}`;
    throw new AppError("upload-incomplete", message, { errors });
  }
  const numbers = numbersInWords(wrong.map(({ number }) => number));
  const message = `Parts ${numbers} of upload ${uploadId} have another size than they must have; ${again}`;
  throw new AppError("upload-size-mismatch", message, { errors });
}

/** Has the store make the object, unless it has done so for an earlier request. */
async function joinParts({ store }: EngineContext, row: UploadRow, parts: Parts): Promise<void> {
  const { key, sizeBytes } = parts;
  const uploadId = row.id;
  const stored = await store.multipart.parts(parts);
  if (stored) {
    requireWhole(row, parts, stored);
    await store.multipart.join(parts, stored);
  }
  const joined = await store.sizeOf(key);
  if (joined === sizeBytes) return;
  if (joined !== undefined) {
    const message = `Upload ${uploadId} has ${joined} bytes, but ${sizeBytes} were announced`;
    throw new AppError("upload-size-mismatch", message);
  }
  // versitygw answers a second request at once, while the first one is still joining.
  if (stored) {
    const message = "The object store is still joining the parts; ask again shortly";
    throw new AppError("unavailable", message, { retryAfterSeconds: 5 });
  }
  const message = `The object store has no parts of upload ${uploadId} any more; delete it and announce the file again`;
  throw new AppError("upload-incomplete", message);
}

/** What was joined for a row that was deleted meanwhile is deleted too. */
async function noteComplete({ db }: EngineContext, by: Actor, row: UploadRow): Promise<void> {
  const isThere = await db.tx(async (client) => {
    const { rowCount } = await client.query({
      name: "upload-completed",
      text: "UPDATE uploads SET completed_at = now(), completing_until = NULL WHERE id = $1",
      values: [row.id],
    });
    if (rowCount === 0) {
      await deleteObjects(client, "upload", [row.object_key]);
      return false;
    }
    if (row.tus_metadata !== null) await deleteObjects(client, "tails", [tailsOf(row.object_key)]);
    await recordWrite(client, by, "upload.complete", row.id);
    return true;
  });
  if (!isThere) throw uploadNotFound(row.id);
}

/** Takes the upload for this request. False: another one has it, or it is complete. */
async function takeUpload({ db }: EngineContext, uploadId: string): Promise<boolean> {
  const { rowCount } = await db.query({
    name: "complete-upload",
    text: `UPDATE uploads SET completing_until = now() + make_interval(secs => $2)
           WHERE id = $1 AND completed_at IS NULL AND coalesce(completing_until <= now(), true)`,
    values: [uploadId, completingSeconds],
  });
  return rowCount === 1;
}

async function complete(context: EngineContext, by: Actor, row: UploadRow, parts: Parts) {
  try {
    await joinParts(context, row, parts);
    await noteComplete(context, by, row);
  } catch (error) {
    await context.db.query({
      name: "upload-not-completed",
      text: "UPDATE uploads SET completing_until = NULL WHERE id = $1 AND completed_at IS NULL",
      values: [row.id],
    });
    throw error;
  }
}

/**
 * Makes the file of its parts, once, however often it is asked. What the store does not manage while the request may wait
 * goes on behind it; the view then says `completing`.
 */
export async function completeUpload(
  context: EngineContext,
  by: Actor,
  uploadId: string,
): Promise<Upload> {
  const { db, log } = context;
  const view = async () => uploadView(context, await uploadRow(db, by.projectId, uploadId));
  const row = await uploadRow(db, by.projectId, uploadId);
  const parts = requireParts(row);
  if (row.completed_at || !(await takeUpload(context, uploadId))) return view();
  let isLate = false;
  const work = complete(context, by, row, parts).catch((error: unknown) => {
    if (!isLate) throw error;
    log.warn({ err: error, uploadId }, "the parts of an upload could not be joined");
  });
  const late = new AbortController();
  const isDone = await Promise.race([
    work.then(() => true),
    pause(answerMs, late.signal).then(() => false),
  ]).finally(() => {
    late.abort();
  });
  isLate = !isDone;
  return view();
}
