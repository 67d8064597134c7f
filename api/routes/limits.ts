import { JobLimits } from "@framewright/contracts/job-limits.ts";
import type { App } from "../app.ts";
import { answers } from "./answers.ts";
import type { ClientDeps } from "./client-deps.ts";

export function limitRoutes(app: App, { limits }: ClientDeps): void {
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
    () => Promise.resolve(limits),
  );
}
