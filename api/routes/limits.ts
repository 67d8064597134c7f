import { JobLimits } from "@framewright/contracts/job-limits.ts";
import type { App } from "../app.ts";
import { isOpenTo, type InputBuckets } from "../backends/input-buckets.ts";
import { callerOf } from "../plugins/auth.ts";
import { answers } from "./answers.ts";
import type { ClientDeps } from "./client-deps.ts";

/** Those that jobs of the project may name. */
function bucketsOf(buckets: InputBuckets, projectId: string): Pick<JobLimits, "inputBuckets"> {
  const open = [...buckets.values()].filter((bucket) => isOpenTo(bucket, projectId));
  if (open.length === 0) return {};
  return {
    inputBuckets: open.map(({ settings: { name: bucket, prefixes } }) => ({ bucket, prefixes })),
  };
}

export function limitRoutes(app: App, { limits, inputBuckets }: ClientDeps): void {
  app.get(
    "/v1/limits",
    {
      config: { scope: "read" },
      schema: {
        tags: ["Jobs"],
        summary: "Show what a job may cost",
        description:
          "A job of a file that is larger, longer or more work ends with an error of kind `input`: " +
          "`source-too-large`, `source-too-long` or `too-much-work`, whose message names the estimate and the limit.",
        response: answers({ 200: JobLimits }),
      },
    },
    (request) =>
      Promise.resolve({ ...limits, ...bucketsOf(inputBuckets, callerOf(request).projectId) }),
  );
}
