import { Metadata } from "@tus/server";
import { Value } from "typebox/value";
import { ContentType, FileName } from "@framewright/contracts/upload.ts";
import type { Actor } from "../audit-log.ts";
import { refusedFields } from "../errors.ts";
import type { EngineContext } from "./context.ts";
import { tusPartBytesFor } from "./part-layout.ts";
import { beginParts } from "./uploads.ts";

export interface TusAnnouncement {
  readonly id: string;
  readonly sizeBytes: number;
  /** `Upload-Metadata` as it came. */
  readonly metadata: string | undefined;
}

const unknownType = "application/octet-stream";

function refuse(name: string, message: string) {
  return refusedFields("invalid-request", { path: `headers/upload-metadata/${name}`, message });
}

/** The names that tus-js-client's examples and Uppy give, with those of our own API. */
function describe(metadata: string | undefined) {
  const { filename, name, filetype, contentType } =
    metadata === undefined ? {} : Metadata.parse(metadata);
  const file = filename ?? name ?? undefined;
  const type = filetype ?? contentType ?? "";
  if (file !== undefined && !Value.Check(FileName, file)) {
    throw refuse("filename", "must be one line of 1 to 255 characters");
  }
  if (type !== "" && !Value.Check(ContentType, type)) {
    throw refuse("filetype", "must be a media type such as video/mp4");
  }
  return {
    ...(file !== undefined && { filename: file }),
    contentType: type === "" ? unknownType : type,
  };
}

/** Announces a file that comes by tus: the row by which jobs, quotas, retention and other replicas know it. */
export async function createTus(
  context: EngineContext,
  by: Actor,
  { id, sizeBytes, metadata }: TusAnnouncement,
): Promise<void> {
  if (sizeBytes < 1) {
    const message = `is ${sizeBytes}; an upload has at least one byte`;
    throw refusedFields("invalid-request", { path: "headers/upload-length", message });
  }
  await beginParts(context, by, {
    id,
    body: { ...describe(metadata), sizeBytes },
    partBytes: tusPartBytesFor(sizeBytes),
    tusMetadata: metadata ?? "",
  });
}
