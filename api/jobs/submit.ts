import type { CreateJob } from "@framewright/contracts/client-api.ts";
import type { JobKind, Tier } from "@framewright/contracts/job.ts";
import { tierOf, type Profile } from "@framewright/contracts/profile.ts";
import type { Edit } from "@framewright/contracts/edit.ts";
import { glossaryFeature } from "@framewright/contracts/dub.ts";
import { glossariesInto } from "../glossaries/glossary-store.ts";
import type { Queryable } from "../backends/db.ts";
import { AppError } from "../errors.ts";
import { afterCommit, type EngineContext } from "./context.ts";
import { withScript } from "./dub-script.ts";
import { needsOf, requireEdit } from "./edits.ts";
import { insertJob, type Submission } from "./insert-job.ts";
import { inputsOf, requireInputSize, withInputs } from "./edit-inputs.ts";
import { profileFor } from "./profiles.ts";
import { deadlineOf, digestOfBody, requireUrl } from "./request.ts";
import { requireSource } from "./sources.ts";
import { requireDubbing, requireLipSync } from "./transcripts.ts";
import { checkUpload } from "./upload-sources.ts";

/** The job that an earlier request with this key made; refuses the key for another body. */
async function findEarlier(db: Queryable, submission: Submission): Promise<string | undefined> {
  if (submission.idempotencyKey === undefined) return undefined;
  const { rows } = await db.query<{ id: string; idempotency_digest: Buffer }>({
    name: "job-by-idempotency-key",
    text: `SELECT id, idempotency_digest FROM jobs WHERE project_id = $1 AND idempotency_key = $2`,
    values: [submission.projectId, submission.idempotencyKey],
  });
  const [row] = rows;
  if (row && !row.idempotency_digest.equals(digestOfBody(submission.body))) {
    throw new AppError(
      "idempotency-key-reused",
      "This Idempotency-Key was sent with another body; use a new key for a new job",
    );
  }
  return row?.id;
}

/** The edit as it is stored; its files must be there as the source must. */
async function checkEdit(
  context: EngineContext,
  projectId: string,
  edit: Edit | null,
): Promise<Edit | null> {
  if (!edit) return edit;
  if (edit.dub) {
    requireDubbing(context);
    requireLipSync(context, edit.dub);
  }
  const checked = new Map<string, string>();
  for (const { part, input } of inputsOf(edit)) {
    const { uploadId, url } = input;
    if (uploadId !== undefined)
      requireInputSize(part, await checkUpload(context, projectId, uploadId));
    if (url !== undefined) checked.set(url, requireUrl(context, url, `edit.${part}.input`));
  }
  return withInputs(edit, (input) =>
    input.url === undefined ? input : { url: checked.get(input.url) ?? input.url },
  );
}

/** As they are now: a job follows them whatever becomes of them. */
async function glossariesFor(db: Queryable, projectId: string, edit: Edit | null) {
  const { dub } = edit ?? {};
  if (!dub || dub.glossary === false) return [];
  return glossariesInto(db, projectId, dub.language);
}

/** What is asked for in full, whatever the config says later, and its size class. */
interface Order {
  readonly profile: Profile;
  readonly tier: Tier;
  readonly edit: Edit | null;
  /** What a worker must be able to do. */
  readonly needs: readonly string[];
}

/** By the kind of the job. */
const orders = {
  transcode: ({ profiles }, body) => {
    const profile = profileFor(profiles, body);
    const edit = requireEdit(body);
    const tier = tierOf(profile.video.ladder);
    return { profile, tier, edit: edit ?? null, needs: needsOf(profile, body) };
  },
} as const satisfies Record<
  JobKind,
  (context: Pick<EngineContext, "profiles">, body: CreateJob) => Order
>;

/** Accepts a job and gives its id; a repeated Idempotency-Key gives the job of the first request. */
export async function submitJob(context: EngineContext, submission: Submission): Promise<string> {
  const earlier = await findEarlier(context.db, submission);
  if (earlier !== undefined) return earlier;
  const { body } = submission;
  const { kind = "transcode" } = body;
  const deadline = deadlineOf(body);
  const order = orders[kind](context, body);
  const source = await requireSource(context, submission.projectId, body);
  const checked = await checkEdit(context, submission.projectId, order.edit);
  const wanted = { edit: checked, source: source.columns };
  const { edit, script } = await withScript(context.db, submission.projectId, wanted);
  const glossaries = await glossariesFor(context.db, submission.projectId, edit);
  const followed = glossaries.length > 0 ? [glossaryFeature] : [];
  const needs = [...order.needs, ...followed];
  const jobClass = await context.router.route({
    ...{ kind, tier: order.tier },
    needs: [...needs, ...source.needs],
  });
  const accepted = { ...order, needs, edit, script, glossaries, source, jobClass, deadline };
  const { message, refusal } = await insertJob(context.db, submission, accepted);
  if (message) {
    const { jobClass: created, priority } = message;
    context.metrics.jobsCreated.inc({ class: created, priority });
    afterCommit(context, message.jobId, message);
    return message.jobId;
  }
  // A parallel request with the same key may have taken the last place.
  const winner = await findEarlier(context.db, submission);
  if (winner !== undefined) return winner;
  throw refusal ?? new Error("the job with this Idempotency-Key has disappeared");
}
