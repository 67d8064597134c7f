import type { Upload } from "@framewright/contracts/upload.ts";
import { newId } from "../../api/ids.ts";

/** Of three parts, of which the second has arrived. */
export const aMultipartUpload = {
  uploadId: newId(),
  method: "multipart",
  state: "incomplete",
  contentType: "video/mp4",
  sizeBytes: 12 * 1024 ** 2,
  createdAt: new Date(0).toISOString(),
  partBytes: 5 * 1024 ** 2,
  parts: 3,
  stored: [{ number: 2, sizeBytes: 5 * 1024 ** 2, etag: '"abc"' }],
} satisfies Upload;
