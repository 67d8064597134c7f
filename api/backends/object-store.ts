import type { Readable } from "node:stream";
import type { StoreSide } from "@framewright/contracts/worker-api.ts";

/** Who will open a presigned URL: a pod inside the cluster, or a client or worker from outside. */
export type Side = StoreSide;

export interface PutTicket {
  readonly side: Side;
  readonly key: string;
  readonly contentType: string;
  readonly sizeBytes: number;
  readonly expiresSeconds: number;
}

/** A PUT of a file of a result, which nothing overwrites. */
export interface OutputTicket extends PutTicket {
  /** MD5 of the file in base64, which the store compares with what arrives; absent from workers of the version before. */
  readonly md5: string | undefined;
}

export interface PresignedPut {
  readonly url: string;
  /** The PUT must send them as they are. */
  readonly headers: Record<string, string>;
  /** When the URL ends: as asked, or with the session that signed it. */
  readonly expiresAt: Date;
}

export interface StoredFile {
  readonly status: 200 | 206;
  readonly body: Readable;
  readonly sizeBytes: number | undefined;
  readonly etag: string | undefined;
  readonly lastModified: Date | undefined;
  readonly contentRange: string | undefined;
}

export interface ReadOptions {
  readonly range?: string | undefined;
  readonly ifNoneMatch?: string | undefined;
  readonly signal?: AbortSignal;
}

/** A file that comes in parts: what S3 calls a multipart upload, by the id that the store gave it. */
export interface MultipartRef {
  readonly key: string;
  readonly storeUploadId: string;
}

export interface PartTicket extends MultipartRef {
  readonly number: number;
  readonly sizeBytes: number;
  /** MD5 of the part in base64, which the store compares with what arrives. */
  readonly md5: string;
  readonly expiresSeconds: number;
}

export interface StoredPart {
  readonly number: number;
  readonly sizeBytes: number;
  readonly etag: string;
}

/** Parts cost space until they are joined or aborted, and no listing of objects shows them. */
export interface MultipartStore {
  /** Gives the store's id. */
  begin(key: string, contentType: string): Promise<string>;
  /** Sends a part from here, with its MD5; one of the same number is replaced. */
  putPart(ref: MultipartRef, number: number, bytes: Uint8Array): Promise<void>;
  /** For clients outside. A part that is sent again replaces the one before. */
  presignPart(ticket: PartTicket): Promise<PresignedPut>;
  /** By number; undefined where the store has no such upload (any more). */
  parts(ref: MultipartRef): Promise<StoredPart[] | undefined>;
  /** Makes the object of these parts, which takes minutes for large ones. False where the store has no such upload. */
  join(ref: MultipartRef, parts: readonly StoredPart[]): Promise<boolean>;
  /** Aborts what was begun and not joined under the prefix. Gives how many that were. */
  abortAll(prefix: string, signal: AbortSignal): Promise<number>;
}

/** The bucket. Nothing in it is public: reads go through the API or a presigned URL. */
export interface ObjectStore {
  ensureBucket(): Promise<void>;
  presignPut(ticket: PutTicket): Promise<PresignedPut>;
  /** The store answers 412 where the object is there already. */
  presignOutput(ticket: OutputTicket): Promise<PresignedPut>;
  presignHead(side: Side, key: string, expiresSeconds: number): Promise<string>;
  presignGet(side: Side, key: string, expiresSeconds: number): Promise<string>;
  /** The size in bytes, or undefined when there is no such object. */
  sizeOf(key: string): Promise<number | undefined>;
  /** Sizes in bytes of all objects under the prefix, by the rest of their keys. */
  sizes(prefix: string, signal: AbortSignal): Promise<Map<string, number>>;
  /** Undefined: no such object. "not-modified", "bad-range": as the conditions ask. */
  read(
    key: string,
    options: ReadOptions,
  ): Promise<StoredFile | "not-modified" | "bad-range" | undefined>;
  stat(key: string): Promise<Omit<StoredFile, "body"> | undefined>;
  /** Writes a small object from memory, with its MD5; one that is there is replaced. */
  put(key: string, bytes: Uint8Array): Promise<void>;
  /** Deletes the object; one that is not there is no error. */
  remove(key: string): Promise<void>;
  readonly multipart: MultipartStore;
  close(): void;
}
