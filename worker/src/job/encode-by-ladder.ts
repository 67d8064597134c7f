import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { Accel, JobWarning } from "@framewright/contracts/job.ts";
import type { Encoder } from "@framewright/media/encoders/encoder.ts";
import type { Plan } from "@framewright/media/plan.ts";
import type { Budget } from "../media/budget.ts";
import { posterUri } from "../media/tracks.ts";
import { encode, type EncodeArgs, type Encoded } from "./encode.ts";

/** What an encode by this encoder would be; throws where the job's budget does not allow it. */
export type PlanFor = (encoder: Encoder) => { readonly plan: Plan; readonly budget: Budget };

export interface LadderEncoded {
  readonly encoded: Encoded;
  readonly plan: Plan;
  readonly accel: Accel;
  readonly warnings: readonly JobWarning[];
}

/** What a step that failed has left; subtitles, which are made beside it, stay. */
async function clear({ outputDir, plan }: EncodeArgs): Promise<void> {
  const names = [...plan.folders, posterUri];
  await Promise.all(
    names.map((name) => rm(join(outputDir, name), { recursive: true, force: true })),
  );
}

/** Encodes in the best way that this worker has and that works. */
export async function encodeByLadder(args: EncodeArgs, planFor: PlanFor): Promise<LadderEncoded> {
  const { attempt, uploader } = args;
  let isStored = false;
  const counting = {
    failed: uploader.failed,
    add: (file: Parameters<typeof uploader.add>[0]) => {
      isStored = true;
      return uploader.add(file);
    },
  };
  const { value, accel, warnings } = await attempt.settings.ladder.climb({
    sessions: args.plan.renditions.length,
    signal: attempt.keeper.signal,
    log: attempt.log,
    mayRepeat: () => !isStored,
    run: async ({ encoder }) => {
      const planned = planFor(encoder);
      await clear(args);
      const encoded = await encode({ ...args, ...planned, uploader: counting });
      return { encoded, plan: planned.plan };
    },
  });
  return { ...value, accel, warnings };
}
