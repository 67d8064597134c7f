import type {
  Dub,
  DubLine,
  DubResult,
  DubSummary,
  LeasedDub,
  LineCorrection,
  ScriptLine,
  Transcript,
} from "@framewright/contracts/dub.ts";
import type { LeasedGlossary } from "@framewright/contracts/glossary.ts";
import { recordWrite, type Actor } from "../audit-log.ts";
import type { Queryable } from "../backends/db.ts";
import { AppError, refusedFields } from "../errors.ts";
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
  const { rows } = await db.query<{ lines: DubLine[]; corrections: LineCorrection[] | null }>({
    name: "read-transcript",
    text: "SELECT lines, corrections FROM transcripts WHERE job_id = $1",
    values: [jobId],
  });
  const { lines = [], corrections } = rows[0] ?? {};
  return { jobId, ...job.result.dub, lines: corrected(lines, corrections ?? []) };
}

function corrected(lines: readonly DubLine[], corrections: readonly LineCorrection[]) {
  const byLine = new Map(corrections.map(({ line, ...correction }) => [line, correction]));
  return lines.map((line, index) => {
    const correction = byLine.get(index);
    return correction ? { ...line, correction } : line;
  });
}

/** Refuses corrections of lines that there are not, and two of one line. */
function requireLines(corrections: readonly LineCorrection[], count: number): void {
  const seen = new Set<number>();
  const problems = corrections.flatMap(({ line }, index) => {
    const path = `body/lines/${index}/line`;
    const isTwice = seen.has(line);
    seen.add(line);
    if (line >= count) return [{ path, message: `is ${line}; the last line is ${count - 1}` }];
    return isTwice ? [{ path, message: `is ${line}, which is corrected twice` }] : [];
  });
  const [first, ...more] = problems;
  if (first) throw refusedFields("invalid-request", first, ...more);
}

/** Replaces all corrections of a transcript. What was made with those before stays as it is. */
export async function correctTranscript(
  { db }: Pick<EngineContext, "db">,
  by: Actor,
  { jobId, lines }: { readonly jobId: string; readonly lines: readonly LineCorrection[] },
): Promise<Transcript> {
  const now = await readTranscript(db, by.projectId, jobId);
  requireLines(lines, now.lines.length);
  await db.tx(async (client) => {
    await client.query({
      name: "correct-transcript",
      text: "UPDATE transcripts SET corrections = $2 WHERE job_id = $1",
      values: [jobId, JSON.stringify(lines)],
    });
    await recordWrite(client, by, "job.correct-transcript", jobId);
  });
  return readTranscript(db, by.projectId, jobId);
}

/** Refuses a dub where the stack has nothing that hears, translates and speaks. */
export function requireDubbing({ dubbing }: Pick<EngineContext, "dubbing">): void {
  if (dubbing) return;
  const remedy = "have the operator enable stt, mt and tts of modelServices in the stack";
  throw new AppError("dubbing-off", `edit.dub is not accepted here; ${remedy}`);
}

/** Refuses lips that move with the voice where the stack has no service for that. */
export function requireLipSync(
  { lipSync }: Pick<EngineContext, "lipSync">,
  { lipSync: isAsked = false }: Dub,
): void {
  if (lipSync || !isAsked) return;
  const remedy =
    "turn modelServices.lipSync of the stack on, with an image of yours, or leave edit.dub.lipSync out: `dub.sync` of a job " +
    "says how far the voice and the original's lips go together";
  throw new AppError("lip-sync-off", `edit.dub.lipSync is not accepted here; ${remedy}`);
}

/** A dub as a worker gets it: without options that ask for nothing, which one of the version before would refuse. */
export async function leasedDub(
  db: Queryable,
  jobId: string,
  { glossary = true, lipSync = false, ...dub }: Dub,
): Promise<LeasedDub> {
  const { rows } = await db.query<{
    readonly lines: ScriptLine[] | null;
    readonly glossaries: LeasedGlossary[] | null;
  }>({
    name: "read-dub-script",
    text: "SELECT lines, glossaries FROM dub_scripts WHERE job_id = $1",
    values: [jobId],
  });
  const { lines, glossaries } = rows[0] ?? { lines: null, glossaries: null };
  if (lines === null && dub.transcriptOf !== undefined) {
    throw new Error(`job ${jobId} has no script`);
  }
  return {
    ...dub,
    ...(lipSync && { lipSync }),
    ...(lines && { script: lines }),
    ...(glossary && glossaries && { glossaries }),
  };
}
