import type { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { DataStore, Metadata, Upload } from "@tus/server";
import type { Actor } from "../audit-log.ts";
import type { MultipartRef, ObjectStore, StoredPart } from "../backends/object-store.ts";
import { AppError } from "../errors.ts";
import { completeUpload } from "./complete-upload.ts";
import type { EngineContext } from "./context.ts";
import { deleteUpload } from "./delete.ts";
import { sizeOfPart, type PartLayout } from "./part-layout.ts";
import { tailsOf } from "./rows.ts";
import { createTus } from "./tus-uploads.ts";
import { noteJoined, partsOf, uploadNotFound, uploadRow, type UploadRow } from "./uploads.ts";

type Parts = PartLayout & MultipartRef;

const dayMs = 86_400_000;

function requireLayout(row: UploadRow): Parts {
  const parts = partsOf(row);
  if (!parts || row.tus_metadata === null) throw uploadNotFound(row.id);
  return parts;
}

function gone(uploadId: string): AppError {
  const message = `The object store has no parts of upload ${uploadId} any more; announce the file again`;
  return new AppError("upload-expired", message);
}

/** Since the offset was compared: by a request that had the upload before this one. */
function changed(uploadId: string): AppError {
  const message = `Upload ${uploadId} has changed; ask with HEAD how much has arrived, and go on from there`;
  return new AppError("upload-offset-mismatch", message);
}

/** Where the next byte belongs. */
interface Place {
  /** Of the part that it is in. */
  readonly number: number;
  /** Before that part. */
  readonly offset: number;
}

/** After the parts that are whole and follow each other; whatever comes after a gap is written again. */
function placeAfter(layout: PartLayout, stored: readonly StoredPart[]): Place {
  let number = 1;
  let offset = 0;
  for (const part of stored) {
    if (part.number !== number || part.sizeBytes !== sizeOfPart(layout, number)) break;
    offset += part.sizeBytes;
    number++;
  }
  return { number, offset };
}

/** The beginning of a part that is not whole yet. Its name has the part's number, so that none is taken for another's. */
function tailKey({ key }: MultipartRef, number: number): string {
  return `${tailsOf(key)}${number}`;
}

/**
 * Cuts what comes into parts and sends each to the store, one after the other: while one is sent, nothing is read from the
 * client. Holds one part in memory.
 */
class PartWriter {
  readonly #store: ObjectStore;
  readonly #parts: Parts;
  readonly #part: Buffer;
  #number: number;
  #filled: number;
  /** Bytes of the part that the store has as a tail. */
  #kept: number;
  received = 0;
  /** Of the store, in contrast to the client's connection. */
  failure: unknown;

  constructor(store: ObjectStore, parts: Parts, begun: { number: number; tail: Buffer }) {
    this.#store = store;
    this.#parts = parts;
    this.#part = Buffer.allocUnsafe(Math.min(parts.partBytes, parts.sizeBytes));
    this.#number = begun.number;
    this.#filled = begun.tail.copy(this.#part);
    this.#kept = this.#filled;
  }

  async add(bytes: Buffer): Promise<void> {
    let rest = bytes;
    while (rest.length > 0) {
      const size = sizeOfPart(this.#parts, this.#number) ?? 0;
      const taken = rest.copy(this.#part, this.#filled, 0, size - this.#filled);
      if (taken === 0) throw new RangeError(`${rest.length} bytes come after the end of the file`);
      this.#filled += taken;
      this.received += taken;
      rest = rest.subarray(taken);
      if (this.#filled === size) await this.#send(size);
    }
  }

  async #send(size: number): Promise<void> {
    try {
      await this.#store.multipart.putPart(this.#parts, this.#number, this.#part.subarray(0, size));
      if (this.#kept > 0) await this.#store.remove(tailKey(this.#parts, this.#number));
    } catch (error) {
      this.failure = error;
      throw error;
    }
    this.#number++;
    this.#filled = 0;
    this.#kept = 0;
  }

  /** Keeps the beginning of a part for the request that goes on. */
  async keepRest(): Promise<void> {
    if (this.#filled === this.#kept) return;
    const tail = this.#part.subarray(0, this.#filled);
    await this.#store.put(tailKey(this.#parts, this.#number), tail);
    this.#kept = this.#filled;
  }
}

export interface TusStoreArgs {
  readonly context: EngineContext;
  /** Who sent the request that is under way. */
  readonly actor: () => Actor;
}

/**
 * Files that come by tus, as multipart uploads of the object store. All parts but the last have one size, so that a byte has
 * one place whoever writes it and when: requests that meet, also from a replica that was taken for dead, write the same bytes
 * to the same places. What is known of a file is in its row, so that any replica can go on.
 */
export class TusStore extends DataStore {
  readonly #context: EngineContext;
  readonly #actor: () => Actor;

  constructor({ context, actor }: TusStoreArgs) {
    super();
    this.#context = context;
    this.#actor = actor;
    this.extensions = ["creation", "creation-with-upload", "termination", "expiration"];
  }

  /** The row is there: it is what the lock stands on. */
  override create(upload: Upload): Promise<Upload> {
    return Promise.resolve(upload);
  }

  /** Before the lock is taken. */
  async announce({ id, size = 0 }: Upload, metadata: string | undefined): Promise<void> {
    await createTus(this.#context, this.#actor(), { id, sizeBytes: size, metadata });
  }

  /** Refuses the upload of another project as one that does not exist. */
  async requireOwn(id: string): Promise<void> {
    requireLayout(await this.#row(id));
  }

  async #row(id: string): Promise<UploadRow> {
    return uploadRow(this.#context.db, this.#actor().projectId, id);
  }

  async #sizeOfTail(parts: Parts, { number }: Place): Promise<number> {
    const size = (await this.#context.store.sizeOf(tailKey(parts, number))) ?? 0;
    return Math.min(size, sizeOfPart(parts, number) ?? 0);
  }

  async #offsetOf(row: UploadRow): Promise<number> {
    const { store } = this.#context;
    const parts = requireLayout(row);
    if (row.completed_at) return parts.sizeBytes;
    const stored = await store.multipart.parts(parts);
    if (!stored) {
      if ((await store.sizeOf(parts.key)) !== parts.sizeBytes) throw gone(row.id);
      await noteJoined(this.#context, row);
      return parts.sizeBytes;
    }
    const place = placeAfter(parts, stored);
    const offset = place.offset + (await this.#sizeOfTail(parts, place));
    // All is there, and an earlier request ended before the store had joined it.
    if (offset === parts.sizeBytes) await this.finish(row.id);
    return offset;
  }

  override async getUpload(id: string): Promise<Upload> {
    const row = await this.#row(id);
    const offset = await this.#offsetOf(row);
    const metadata = row.tus_metadata === "" ? undefined : (row.tus_metadata ?? undefined);
    return new Upload({
      ...{ id, offset, size: Number(row.size_bytes) },
      ...(metadata !== undefined && { metadata: Metadata.parse(metadata) }),
      // One that is complete does not expire.
      ...(!row.completed_at && { creation_date: row.created_at.toISOString() }),
    });
  }

  async #tail(parts: Parts, place: Place, length: number): Promise<Buffer> {
    if (length <= 0) return Buffer.alloc(0);
    const key = tailKey(parts, place.number);
    const found = await this.#context.store.read(key, { range: `bytes=0-${length - 1}` });
    if (found === undefined || typeof found === "string") return Buffer.alloc(0);
    return buffer(found.body);
  }

  /** Also keeps what came of a request that breaks off. */
  override async write(source: Readable, id: string, offset: number): Promise<number> {
    const { store } = this.#context;
    const parts = requireLayout(await this.#row(id));
    const stored = await store.multipart.parts(parts);
    const place = placeAfter(parts, stored ?? []);
    const tail = await this.#tail(parts, place, offset - place.offset);
    if (!stored || place.offset + tail.length !== offset) throw changed(id);
    const writer = new PartWriter(store, parts, { number: place.number, tail });
    const chunks: AsyncIterable<Buffer> = source;
    try {
      for await (const chunk of chunks) await writer.add(chunk);
    } catch (error) {
      if (writer.failure === undefined) await writer.keepRest();
      throw error;
    }
    await writer.keepRest();
    return offset + writer.received;
  }

  /** Has the store join the parts, which goes on behind the request where it takes long. */
  async finish(id: string): Promise<void> {
    await completeUpload(this.#context, this.#actor(), id);
  }

  override async remove(id: string): Promise<void> {
    await deleteUpload(this.#context, this.#actor(), id);
  }

  /** In milliseconds from the announcement; 0 is never. */
  override getExpiration(): number {
    return this.#context.retention.unfinishedDays * dayMs;
  }
}
