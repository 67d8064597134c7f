import { expect, test } from "vitest";
import { engineReportOf } from "../../../tools/policy/engine-events.ts";

function printed(...events: object[]): string {
  return events
    .map((event) => `${JSON.stringify({ sequence: 0, timestamp: 1, ...event })}\n`)
    .join("");
}

const policyEvent = {
  resourceUrn: "urn:pulumi:dev::shop::kubernetes:apps/v1:Deployment::cart",
  message: "Title\nDeployment shop/cart: is open. Fix: close it.\n",
  color: "never",
  policyName: "closed",
  policyPackName: "framewright",
  enforcementLevel: "mandatory",
  severity: "high",
};

test("a violation is taken from the engine's events, with its severity", () => {
  const { findings } = engineReportOf(printed({ policyEvent }));
  const message = "Title\nDeployment shop/cart: is open. Fix: close it.";
  const urn = policyEvent.resourceUrn;
  expect(findings).toEqual([
    { rule: "closed", level: "mandatory", severity: "high", message, urn },
  ]);
});

test("errors are those that stay, of the engine, the program and the providers", () => {
  const diagnostics = [
    { severity: "error", message: "the program is wrong\n" },
    { severity: "error", message: "passing", ephemeral: true },
    { severity: "warning", message: "careful" },
  ];
  const report = engineReportOf(
    printed(...diagnostics.map((diagnosticEvent) => ({ diagnosticEvent }))),
  );
  expect(report.errors).toEqual(["the program is wrong"]);
});

test("the stack was evaluated when the pack came to its end", () => {
  expect(engineReportOf(printed({ policyEvent })).evaluated).toBe(false);
  const policyAnalyzeStackSummaryEvent = { policyPackName: "framewright" };
  expect(
    engineReportOf(printed({ policyEvent }, { policyAnalyzeStackSummaryEvent })).evaluated,
  ).toBe(true);
});

test("the last summary counts what would be done", () => {
  const summaryEvent = { resourceChanges: { create: 12 }, result: "succeeded" };
  expect(engineReportOf(printed({ summaryEvent })).changes).toEqual({ create: 12 });
});

test("what is no event is left alone, and an event of another form is an error", () => {
  expect(engineReportOf("warning: something\n").findings).toEqual([]);
  expect(() => engineReportOf(printed({ policyEvent: { policyName: "closed" } }))).toThrow();
});
