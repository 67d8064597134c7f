import type {
  FindStepsRequest,
  FindStepsResponse,
  KeepStepRequest,
  KeepStepResponse,
} from "@framewright/contracts/kept-steps.ts";
import type { StoreSide } from "@framewright/contracts/worker-api.ts";
import type { EngineContext } from "../jobs/context.ts";
import { requireOwner } from "../jobs/finish.ts";
import { jobPrefix } from "../jobs/rows.ts";
import type { AttemptRef } from "../jobs/settle.ts";

/** An attempt fetches or sends one at once. */
const urlSeconds = 600;

/** Below the job's own prefix, so that they go with the job; beside the attempts, which share them. */
function stepKey(jobId: string, name: string): string {
  return `${jobPrefix(jobId)}steps/${name}`;
}

/** The jobs whose steps are of use: its own, and that of the transcript which it speaks. */
async function jobsWithSteps({ db }: EngineContext, jobId: string): Promise<string[]> {
  const { rows } = await db.query<{ earlier: string | null }>({
    name: "job-of-transcript",
    text: "SELECT edit #>> '{dub,transcriptOf}' AS earlier FROM jobs WHERE id = $1",
    values: [jobId],
  });
  return [jobId, ...rows.flatMap(({ earlier }) => earlier ?? [])];
}

/** Which of these steps are kept, with where they can be fetched. */
export async function findSteps(
  context: EngineContext,
  ref: AttemptRef,
  { names, side }: FindStepsRequest & { readonly side: StoreSide },
): Promise<FindStepsResponse> {
  const { db, store } = context;
  await requireOwner(db, ref);
  const jobs = await jobsWithSteps(context, ref.jobId);
  const look = async (name: string) => {
    for (const jobId of jobs) {
      const key = stepKey(jobId, name);
      const sizeBytes = await store.sizeOf(key);
      if (sizeBytes === undefined) continue;
      return [{ name, sizeBytes, url: await store.presignGet(side, key, urlSeconds) }];
    }
    return [];
  };
  return { found: (await Promise.all([...new Set(names)].map(look))).flat() };
}

/** Where a step can be sent. */
export async function keepStep(
  { db, store }: EngineContext,
  ref: AttemptRef,
  { name, side, ...file }: KeepStepRequest & { readonly side: StoreSide },
): Promise<KeepStepResponse> {
  await requireOwner(db, ref);
  const key = stepKey(ref.jobId, name);
  const contentType = "application/octet-stream";
  const ticket = { side, key, contentType, ...file, expiresSeconds: urlSeconds };
  const { url, headers } = await store.presignOutput(ticket);
  return { url, headers };
}
