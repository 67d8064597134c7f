import { expect, it } from "vitest";
import { controlPlaneLogs } from "../../../policy/rules/cloud/control-plane-logs.ts";
import { evaluate } from "../kit/evaluate.ts";
import * as aws from "./aws.ts";
import { describeBreaks } from "./breaks.ts";
import * as gcp from "./gcp.ts";

describeBreaks(controlPlaneLogs, [
  {
    of: aws.component,
    path: "enabledClusterLogTypes",
    wrong: [[], ["scheduler"], ["api", "audit"]],
    says: "doesn't keep the logs that tell who did what",
  },
  {
    of: aws.cluster,
    path: "enabledClusterLogTypes",
    wrong: [[], ["scheduler"]],
    says: "doesn't keep the logs that tell who did what",
  },
  {
    of: gcp.cluster,
    path: "loggingConfig.enableComponents",
    wrong: [[], ["WORKLOADS"]],
    says: "doesn't keep the logs that tell who did what",
  },
  {
    of: gcp.cluster,
    path: "securityPostureConfig.mode",
    wrong: ["DISABLED"],
    says: "doesn't look for weak workloads",
  },
]);

it("asks for the logs that the settings name", () => {
  expect(evaluate(controlPlaneLogs, aws.component, { eks: ["scheduler"] })).toHaveLength(1);
  expect(evaluate(controlPlaneLogs, gcp.cluster, { gke: ["SCHEDULER"] })).toHaveLength(1);
});
