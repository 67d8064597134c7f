import type { Dub, ScriptLine, Transcript } from "@framewright/contracts/dub.ts";
import type { Edit } from "@framewright/contracts/edit.ts";
import type { Queryable } from "../backends/db.ts";
import { refusedFields } from "../errors.ts";
import { inOrder } from "./edits.ts";
import { readJob } from "./read.ts";
import type { JobRow, SourceColumns } from "./rows.ts";
import { readTranscript } from "./transcripts.ts";

/** What a job says instead of what is heard: a corrected text without its own translation is translated. */
function scriptLines({ lines }: Pick<Transcript, "lines">): ScriptLine[] {
  return lines.map(({ start, end, text, translation, correction }) => {
    const said = { start, end, text: correction?.text ?? text };
    if (correction?.translation !== undefined) {
      return { ...said, translation: correction.translation };
    }
    return said.text === text ? { ...said, translation } : said;
  });
}

/** What a job works on, however it was named: an earlier job's source is that job's source. */
function mediaOf(row: SourceColumns): readonly (string | null)[] {
  if (row.source_output === "result") return [row.source_job];
  const { upload_id: upload, source_url: url, source_recording: recording } = row;
  return [upload, url, recording, row.source_bucket, row.source_key];
}

function alike(one: unknown, other: unknown): boolean {
  return JSON.stringify(inOrder(one ?? null)) === JSON.stringify(inOrder(other ?? null));
}

interface Wanted {
  readonly dub: Dub;
  readonly edit: Edit;
  readonly source: SourceColumns;
}

/** The times of a transcript are those of its own job's source, and its lines are in its own languages. */
function requireSame(
  { dub, edit, source }: Wanted,
  { job, transcript }: { readonly job: JobRow; readonly transcript: Transcript },
): void {
  const refuse = (path: string, message: string) => {
    throw refusedFields("edit-invalid", { path: `body/edit/${path}`, message });
  };
  if (!alike(mediaOf(source), mediaOf(job))) {
    const remedy = `send "input": {"jobId": "${job.id}", "output": "source"}`;
    refuse("dub/transcriptOf", `is a job with another input; ${remedy}`);
  }
  if (!alike(edit.clip, job.edit?.clip)) {
    refuse("clip", `is not that of job ${job.id}, whose transcript has the times of its clip`);
  }
  if (dub.language !== transcript.language) {
    refuse("dub/language", `must be ${transcript.language}, as in job ${job.id}`);
  }
  if (dub.from !== undefined && dub.from !== transcript.from) {
    refuse("dub/from", `must be ${transcript.from}, as in job ${job.id}, or left out`);
  }
}

/** An edit as it is stored, and the lines that it is to speak. */
export interface Scripted {
  readonly edit: Edit | null;
  readonly script: readonly ScriptLine[] | undefined;
}

/** Takes the transcript that a dub names, as it is now; the same voice speaks unless another one is asked for. */
export async function withScript(
  db: Queryable,
  projectId: string,
  { edit, source }: { readonly edit: Edit | null; readonly source: SourceColumns },
): Promise<Scripted> {
  if (edit?.dub?.transcriptOf === undefined) return { edit, script: undefined };
  const { dub } = edit;
  const transcript = await readTranscript(db, projectId, edit.dub.transcriptOf);
  const job = await readJob(db, projectId, edit.dub.transcriptOf);
  requireSame({ dub, edit, source }, { job, transcript });
  const { from, voice } = transcript;
  return {
    edit: { ...edit, dub: { ...dub, from, voice: dub.voice ?? voice } },
    script: scriptLines(transcript),
  };
}
