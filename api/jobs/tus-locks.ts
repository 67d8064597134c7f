import { randomUUID } from "node:crypto";
import type { Lock, Locker, RequestRelease } from "@tus/server";
import { pause } from "@framewright/runtime/clock.ts";
import { AppError } from "../errors.ts";
import type { EngineContext } from "./context.ts";

type Context = Pick<EngineContext, "db" | "log">;

/** A writer that is silent for so long, such as one whose API was killed, has lost the upload. */
const writerSeconds = 15;
const renewMs = 1_000;
const askAgainMs = 250;
/** Longer than a silent writer has the upload. */
const longestWaitMs = (writerSeconds + 5) * 1_000;

/**
 * One writer for an upload, over all replicas: a row in Postgres that names it. Who needs the upload asks the writer to
 * end, as tus recommends: its connection may be dead without knowing. What keeps the bytes right is not this lock but their
 * places in the store (tus-store.ts): it saves two writers from doing the same work.
 */
class UploadLock implements Lock {
  readonly #context: Context;
  readonly #uploadId: string;
  readonly #held: Set<RequestRelease>;
  readonly #writer = randomUUID();
  readonly #ended = new AbortController();
  #release: RequestRelease = () => undefined;

  constructor(context: Context, uploadId: string, held: Set<RequestRelease>) {
    this.#context = context;
    this.#uploadId = uploadId;
    this.#held = held;
  }

  async lock(signal: AbortSignal, release: RequestRelease): Promise<void> {
    const end = Date.now() + longestWaitMs;
    while (!(await this.#take())) {
      signal.throwIfAborted();
      if (Date.now() > end) {
        const message = `Another request still writes to upload ${this.#uploadId}; try again shortly`;
        throw new AppError("upload-locked", message, { retryAfterSeconds: 5 });
      }
      await this.#askToEnd();
      await pause(askAgainMs, signal);
    }
    this.#release = release;
    this.#held.add(release);
    void this.#keep();
  }

  async unlock(): Promise<void> {
    this.#ended.abort();
    this.#held.delete(this.#release);
    try {
      await this.#context.db.query({
        name: "release-upload",
        text: `UPDATE uploads SET writer = NULL, writer_until = NULL, writer_asked = false
               WHERE id = $1 AND writer = $2`,
        values: [this.#uploadId, this.#writer],
      });
    } catch (error) {
      this.#warn(error);
    }
  }

  async #take(): Promise<boolean> {
    const { rowCount } = await this.#context.db.query({
      name: "take-upload",
      text: `UPDATE uploads SET writer = $2, writer_until = now() + make_interval(secs => $3), writer_asked = false
             WHERE id = $1 AND coalesce(writer_until <= now(), true)`,
      values: [this.#uploadId, this.#writer, writerSeconds],
    });
    return rowCount === 1;
  }

  async #askToEnd(): Promise<void> {
    await this.#context.db.query({
      name: "ask-for-upload",
      text: "UPDATE uploads SET writer_asked = true WHERE id = $1 AND NOT writer_asked",
      values: [this.#uploadId],
    });
  }

  /** Puts the end off while the request goes on. Asks the request to end where another one waits, or has the upload by now. */
  async #keep(): Promise<void> {
    const { signal } = this.#ended;
    for (;;) {
      await pause(renewMs, signal);
      if (signal.aborted) return;
      try {
        if (await this.#renew()) continue;
        await this.#release();
      } catch (error) {
        this.#warn(error);
      }
    }
  }

  /** False: the request has to end. */
  async #renew(): Promise<boolean> {
    const { rows } = await this.#context.db.query<{ writer_asked: boolean }>({
      name: "keep-upload",
      text: `UPDATE uploads SET writer_until = now() + make_interval(secs => $3)
             WHERE id = $1 AND writer = $2 RETURNING writer_asked`,
      values: [this.#uploadId, this.#writer, writerSeconds],
    });
    return rows[0]?.writer_asked === false;
  }

  #warn(error: unknown): void {
    const { log } = this.#context;
    log.warn({ err: error, uploadId: this.#uploadId }, "the writer of an upload is not noted");
  }
}

export class UploadLocks implements Locker {
  readonly #context: Context;
  readonly #held = new Set<RequestRelease>();

  constructor(context: Context) {
    this.#context = context;
  }

  newLock(uploadId: string): Lock {
    return new UploadLock(this.#context, uploadId, this.#held);
  }

  /** For the end of this replica: what has arrived is kept, and clients go on at another one. */
  async askAllToEnd(): Promise<void> {
    for (const release of this.#held) await release();
  }
}
