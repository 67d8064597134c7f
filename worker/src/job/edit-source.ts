import type { LeasedEdit } from "@framewright/contracts/edit.ts";
import { clipProblem, clipShortfall, clipSource } from "@framewright/media/clip.ts";
import type { Source } from "@framewright/media/source.ts";
import { JobFailure } from "../failure.ts";

/** The source with what the job changes of it; throws where nothing is left. */
export function editSource(source: Source, { clip }: LeasedEdit = {}): Source {
  if (!clip) return source;
  const problem = clipProblem(source, clip);
  if (problem !== undefined) throw new JobFailure("clip-outside-source", { note: problem });
  const missing = clipShortfall(source, clip);
  const clipped = clipSource(source, clip);
  if (missing === 0) return clipped;
  const message = `The clip ends ${missing} s earlier than asked for, at the end of the source.`;
  return { ...clipped, warnings: [...clipped.warnings, { code: "clip-shortened", message }] };
}
