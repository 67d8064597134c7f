import type { DubLine, DubResult, DubSummary, Transcript } from "@framewright/contracts/dub.ts";
import type { Queryable } from "../backends/db.ts";
import { AppError } from "../errors.ts";
import type { EngineContext } from "./context.ts";
import { readJob } from "./read.ts";

/** What the job itself keeps of a dub. */
export function summaryOf({ lines, ...dub }: DubResult): DubSummary {
  return { ...dub, lines: lines.length };
}

export async function storeTranscript(
  client: Queryable,
  jobId: string,
  lines: readonly DubLine[],
): Promise<void> {
  await client.query({
    name: "store-transcript",
    text: "INSERT INTO transcripts (job_id, lines) VALUES ($1, $2)",
    values: [jobId, JSON.stringify(lines)],
  });
}

/** What is said in a job's source and in its dub, line by line. */
export async function readTranscript(
  db: Queryable,
  projectId: string,
  jobId: string,
): Promise<Transcript> {
  const job = await readJob(db, projectId, jobId);
  if (!job.edit?.dub) {
    const remedy = "a job with edit.dub has one";
    throw new AppError("no-transcript", `Job ${jobId} has no transcript; ${remedy}`);
  }
  if (!job.result?.dub) {
    const message = `Job ${jobId} is ${job.state}; it has a transcript once it has succeeded`;
    throw new AppError(job.finished_at ? "job-without-result" : "job-not-finished", message);
  }
  const { rows } = await db.query<{ lines: DubLine[] }>({
    name: "read-transcript",
    text: "SELECT lines FROM transcripts WHERE job_id = $1",
    values: [jobId],
  });
  return { jobId, ...job.result.dub, lines: rows[0]?.lines ?? [] };
}

/** Refuses a dub where the stack has nothing that hears, translates and speaks. */
export function requireDubbing({ dubbing }: Pick<EngineContext, "dubbing">): void {
  if (dubbing) return;
  const remedy = "have the operator enable stt, mt and tts of modelServices in the stack";
  throw new AppError("dubbing-off", `edit.dub is not accepted here; ${remedy}`);
}
