import type { Submission } from "../../../api/jobs/insert-job.ts";
import { actor, fakeEngine, unlimited, type FakeDb, type Script } from "../fake-engine.ts";

export const submission: Submission = {
  ...actor,
  body: { uploadId: "upload-1", profile: "hls-720p" },
  idempotencyKey: undefined,
};

/** The statement that finds the job of an earlier request. */
export const earlierJob = "job-by-idempotency-key";

/** The row of the upload. */
export const stored = {
  ...{ object_key: "uploads/1", size_bytes: "7" },
  ...{ content_type: "video/mp4", in_parts: false },
};

/** The engine with the upload in place. */
export function engineWith(script: Script = {}) {
  const engine = fakeEngine({
    "upload-of-project": [stored],
    "glossaries-into": [],
    "insert-job": [{ ...unlimited, outbox_id: "5" }],
    ...script,
  });
  engine.files.set("uploads/1", "x".repeat(7));
  return engine;
}

/** The row that was given to the statement. */
export function inserted(db: FakeDb): Record<string, unknown> {
  return db.values("insert-job")[0] as Record<string, unknown>;
}

/** As Postgres stores it. */
export function digestIn({ idempotency_digest: text }: Record<string, unknown>): Buffer {
  return Buffer.from(String(text).replace("\\x", ""), "hex");
}
