import type { Finding } from "../../../tools/policy/engine-events.ts";
import type { Outcome } from "../../../tools/policy/sealed-project.ts";
import { reportOf, type StackReport } from "../../../tools/policy/report.ts";
import type { StackSource } from "../../../tools/policy/stacks.ts";

const source: StackSource = {
  name: "dev-gke",
  stack: "dev",
  file: "Pulumi.dev.yaml",
  profile: "baseline",
};

export const finding: Finding = {
  rule: "closed",
  level: "mandatory",
  severity: "high",
  message: 'Doors are closed\nDeployment shop/cart: container "main" is open. Fix: close it.',
  urn: "urn:pulumi:dev::framewright::kubernetes:apps/v1:Deployment::cart",
};

/** A preview that was evaluated to its end. */
export function outcome(changed: Partial<Outcome> = {}): Outcome {
  return {
    code: 0,
    findings: [],
    errors: [],
    evaluated: true,
    changes: { create: 12 },
    stdout: "",
    stderr: "",
    seconds: 3.21,
    ...changed,
  };
}

/** The same with these findings, as the engine ends it. */
export function refused(...findings: Finding[]): Outcome {
  return outcome({ code: 1, errors: ["preview failed"], findings });
}

export function report(made: Outcome, changed: Partial<StackSource> = {}): StackReport {
  return reportOf({ ...source, ...changed }, made);
}
