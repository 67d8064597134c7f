import { Type } from "typebox";
import { JobPlan, PlanJob } from "@framewright/contracts/job-plan.ts";
import { callerOf } from "../plugins/auth.ts";
import type { App } from "../app.ts";
import { answers } from "./answers.ts";
import type { ClientDeps } from "./client-deps.ts";
import { profileNames } from "./profiles.ts";

function planBody(profiles: ClientDeps["profiles"]) {
  const { properties, ...options } = PlanJob;
  return Type.Object({ ...properties, profile: profileNames(profiles) }, options);
}

export function jobPlanRoutes(
  app: App,
  { planner, profiles }: Pick<ClientDeps, "planner" | "profiles">,
): void {
  app.post(
    "/v1/jobs/plan",
    {
      config: { scope: "read" },
      schema: {
        tags: ["Jobs"],
        summary: "Plan a job without making it",
        description:
          "Answers what a job would make of such a file, with which command, on which workers, how much work that is " +
          "estimated to be and what it would cost. Nothing is stored, and nothing runs.",
        body: planBody(profiles),
        response: answers({ 200: JobPlan }),
      },
    },
    (request) => planner.plan(callerOf(request).projectId, request.body),
  );
}
