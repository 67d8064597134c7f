import type {
  CreateUpload,
  MultipartTicket,
  Upload,
  UploadTicket,
} from "@framewright/contracts/upload.ts";
import { recordWrite, type Actor } from "../audit-log.ts";
import type { Queryable } from "../backends/db.ts";
import type { MultipartRef, StoredPart } from "../backends/object-store.ts";
import { AppError } from "../errors.ts";
import { newId } from "../ids.ts";
import { requireRoom } from "../projects/quotas.ts";
import type { EngineContext } from "./context.ts";
import { deleteObjects } from "./deletions.ts";
import { partBytesFor, partCount, type PartLayout } from "./part-layout.ts";
import { uploadKey } from "./rows.ts";

export interface UploadOptions {
  readonly uploadUrlSeconds: number;
}

/** Bigint columns come as text. */
export interface UploadRow {
  readonly id: string;
  readonly object_key: string;
  readonly filename: string | null;
  readonly content_type: string;
  readonly size_bytes: string;
  readonly created_at: Date;
  /** Null of an upload by one PUT. */
  readonly part_bytes: string | null;
  readonly store_upload_id: string | null;
  /** What the client said of a file that comes by tus, as it said it; null of others. */
  readonly tus_metadata: string | null;
  /** Whether a request is on it that has the store join the parts. */
  readonly completing: boolean;
  readonly completed_at: Date | null;
}

export function uploadNotFound(uploadId: string): AppError {
  return new AppError("upload-not-found", `There is no upload ${uploadId}`);
}

export async function uploadRow(
  db: Queryable,
  projectId: string,
  uploadId: string,
): Promise<UploadRow> {
  const { rows } = await db.query<UploadRow>({
    name: "upload",
    text: `SELECT id, object_key, filename, content_type, size_bytes, created_at, part_bytes, store_upload_id,
             tus_metadata, coalesce(completing_until > now(), false) AS completing, completed_at
           FROM uploads WHERE id = $1 AND project_id = $2 AND expired_at IS NULL`,
    values: [uploadId, projectId],
  });
  const [row] = rows;
  if (!row) throw uploadNotFound(uploadId);
  return row;
}

interface NewUpload {
  readonly id: string;
  readonly key: string;
  readonly body: Pick<CreateUpload, "filename" | "contentType" | "sizeBytes">;
  readonly partBytes?: number;
  readonly tusMetadata?: string;
}

async function insertUpload(
  client: Queryable,
  { projectId }: Actor,
  { id, key, body, partBytes, tusMetadata }: NewUpload,
): Promise<Date> {
  const { filename, contentType, sizeBytes } = body;
  await requireRoom(client, projectId, sizeBytes);
  const { rows } = await client.query<{ created_at: Date }>({
    name: "insert-upload",
    text: `INSERT INTO uploads (id, project_id, object_key, filename, content_type, size_bytes, part_bytes, tus_metadata)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING created_at`,
    values: [
      ...[id, projectId, key, filename ?? null, contentType, sizeBytes, partBytes ?? null],
      tusMetadata ?? null,
    ],
  });
  const [row] = rows;
  if (!row) throw new Error(`no row was written for upload ${id}`);
  return row.created_at;
}

export async function createUpload(
  { db, store }: EngineContext,
  { uploadUrlSeconds }: UploadOptions,
  by: Actor,
  body: CreateUpload,
): Promise<UploadTicket> {
  const { contentType, sizeBytes } = body;
  const id = newId();
  const key = uploadKey(by.projectId, id);
  const { url, headers, expiresAt } = await store.presignPut({
    ...{ side: "public", key, contentType, sizeBytes },
    expiresSeconds: uploadUrlSeconds,
  });
  await db.tx(async (client) => {
    await insertUpload(client, by, { id, key, body });
    await recordWrite(client, by, "upload.create", id);
  });
  return { uploadId: id, method: "PUT", url, headers, expiresAt: expiresAt.toISOString() };
}

const day = 86_400_000;

/** When the sweeper deletes it (retention.ts); nothing where config keeps everything. */
function expiryOf({ retention }: Pick<EngineContext, "retention">, createdAt: Date) {
  const { unfinishedDays } = retention;
  if (unfinishedDays === 0) return {};
  return { expiresAt: new Date(createdAt.getTime() + unfinishedDays * day).toISOString() };
}

/** The store did not take it: as if it had not been announced. */
async function discard({ db, log }: EngineContext, id: string, key: string): Promise<void> {
  try {
    await db.tx(async (client) => {
      await client.query({
        name: "delete-upload",
        text: "DELETE FROM uploads WHERE id = $1",
        values: [id],
      });
      await deleteObjects(client, "upload", [key]);
    });
  } catch (error) {
    log.warn({ err: error, uploadId: id }, "an upload was not begun and is deleted later");
  }
}

/** The row comes first, so that whatever the store begins has one by which the sweeper finds it. */
export async function beginParts(
  context: EngineContext,
  by: Actor,
  upload: Omit<NewUpload, "key">,
): Promise<Date> {
  const { db, store } = context;
  const { id, body } = upload;
  const key = uploadKey(by.projectId, id);
  const createdAt = await db.tx((client) => insertUpload(client, by, { ...upload, key }));
  try {
    const storeUploadId = await store.multipart.begin(key, body.contentType);
    await db.tx(async (client) => {
      await client.query({
        name: "upload-begun",
        text: "UPDATE uploads SET store_upload_id = $2 WHERE id = $1",
        values: [id, storeUploadId],
      });
      await recordWrite(client, by, "upload.create", id);
    });
  } catch (error) {
    await discard(context, id, key);
    throw error;
  }
  return createdAt;
}

export async function createMultipart(
  context: EngineContext,
  by: Actor,
  body: CreateUpload,
): Promise<MultipartTicket> {
  const id = newId();
  const { sizeBytes } = body;
  const partBytes = partBytesFor(sizeBytes);
  const createdAt = await beginParts(context, by, { id, body, partBytes });
  const parts = partCount({ sizeBytes, partBytes });
  return { uploadId: id, method: "multipart", partBytes, parts, ...expiryOf(context, createdAt) };
}

/** How the file is cut, and under which name the store has the parts; nothing of an upload by one PUT. */
export function partsOf(row: UploadRow): (PartLayout & MultipartRef) | undefined {
  const { object_key: key, part_bytes: partBytes, store_upload_id: storeUploadId } = row;
  if (partBytes === null || storeUploadId === null) return undefined;
  const sizeBytes = Number(row.size_bytes);
  return { sizeBytes, partBytes: Number(partBytes), key, storeUploadId };
}

interface Progress {
  readonly state: Upload["state"];
  readonly stored?: StoredPart[];
}

/** The request that asked for it is in no log: its API ended before the store had answered. */
export async function noteJoined({ db }: EngineContext, row: UploadRow): Promise<void> {
  await db.query({
    name: "upload-joined",
    text: "UPDATE uploads SET completed_at = now(), completing_until = NULL WHERE id = $1 AND completed_at IS NULL",
    values: [row.id],
  });
}

async function progressOf(context: EngineContext, row: UploadRow): Promise<Progress> {
  const { store } = context;
  if (row.completed_at) return { state: "complete" };
  if (row.completing) return { state: "completing" };
  const parts = partsOf(row);
  const stored = parts && (await store.multipart.parts(parts));
  if (stored) return { state: "incomplete", stored };
  const isWhole = (await store.sizeOf(row.object_key)) === Number(row.size_bytes);
  if (isWhole && parts) await noteJoined(context, row);
  return { state: isWhole ? "complete" : "incomplete" };
}

function methodOf({ tus_metadata: tus, part_bytes: partBytes }: UploadRow): Upload["method"] {
  if (tus !== null) return "tus";
  return partBytes === null ? "PUT" : "multipart";
}

export async function uploadView(context: EngineContext, row: UploadRow): Promise<Upload> {
  const { state, stored } = await progressOf(context, row);
  const layout = partsOf(row);
  return {
    uploadId: row.id,
    method: methodOf(row),
    state,
    ...(row.filename !== null && { filename: row.filename }),
    contentType: row.content_type,
    sizeBytes: Number(row.size_bytes),
    createdAt: row.created_at.toISOString(),
    ...(layout && { partBytes: layout.partBytes, parts: partCount(layout) }),
    ...(stored && { stored }),
    ...(layout && state === "incomplete" && expiryOf(context, row.created_at)),
  };
}
