import type { JobKind } from "@framewright/contracts/job.ts";
import type { ResultOf } from "@framewright/contracts/job-kinds.ts";
import type { ObjectStore } from "../backends/object-store.ts";
import { inspectResult } from "./inspect-result.ts";

/** Says what is wrong with a result, after a look into the store; by the kind of the job. */
export const inspectors = {
  transcode: inspectResult,
} as const satisfies {
  [Kind in JobKind]: (
    store: ObjectStore,
    prefix: string,
    result: ResultOf<Kind>,
  ) => Promise<string[]>;
};
