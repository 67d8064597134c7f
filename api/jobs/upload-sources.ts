import { AppError } from "../errors.ts";
import type { EngineContext } from "./context.ts";
import { noUpload } from "./insert-job.ts";

interface UploadRow {
  readonly object_key: string;
  readonly size_bytes: string;
  readonly content_type: string;
  readonly in_parts: boolean;
}

function nothingStored(uploadId: string, upload: UploadRow): AppError {
  const message = upload.in_parts
    ? `Upload ${uploadId} comes in parts and is not complete; POST /v1/uploads/${uploadId}/complete first`
    : `Nothing was stored for upload ${uploadId}; PUT exactly ${upload.size_bytes} bytes to its URL as ` +
      `${upload.content_type} first: the store refuses any other size or media type (403 SignatureDoesNotMatch)`;
  return new AppError("upload-incomplete", message);
}

/** Gives its size in bytes. The upload must be there in full: a job that cannot run is refused now, not in an hour. */
export async function checkUpload(
  context: EngineContext,
  projectId: string,
  uploadId: string,
): Promise<number> {
  const { rows } = await context.db.query<UploadRow>({
    name: "upload-of-project",
    text: `SELECT object_key, size_bytes, content_type, part_bytes IS NOT NULL AS in_parts FROM uploads
           WHERE id = $1 AND project_id = $2 AND expired_at IS NULL`,
    values: [uploadId, projectId],
  });
  const [upload] = rows;
  if (!upload) throw noUpload(uploadId);
  const stored = await context.store.sizeOf(upload.object_key);
  if (stored === undefined) throw nothingStored(uploadId, upload);
  if (stored !== Number(upload.size_bytes)) {
    throw new AppError(
      "upload-size-mismatch",
      `Upload ${uploadId} has ${stored} bytes, but ${upload.size_bytes} were announced`,
    );
  }
  return stored;
}
