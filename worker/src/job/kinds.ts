import type { JobKind } from "@framewright/contracts/job.ts";
import type { ResultOf } from "@framewright/contracts/job-kinds.ts";
import type { Attempt } from "./attempt.ts";
import { runAttempt } from "./run-attempt.ts";

/** What makes the result of an attempt, by the kind of its job. */
const makers = {
  transcode: runAttempt,
} as const satisfies { [Kind in JobKind]: (attempt: Attempt) => Promise<ResultOf<Kind>> };

export function makeResult(attempt: Attempt): Promise<ResultOf<JobKind>> {
  return makers[attempt.lease.kind](attempt);
}
