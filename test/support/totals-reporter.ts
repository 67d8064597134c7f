import { Value } from "typebox/value";
import type { Reporter, TestCase, TestModule, TestRunEndReason, TestSuite } from "vitest/node";
import { sumOf, Totals, totalsFile } from "../../tools/testing/totals.ts";
import { writeWhole } from "../../tools/steps.ts";

function fellWithItsSuite(test: TestCase): boolean {
  let parent: TestModule | TestSuite = test.parent;
  for (;;) {
    if (parent.errors().length > 0) return true;
    if (parent.type === "module") return false;
    parent = parent.parent;
  }
}

function totalsOfTest(test: TestCase, file: string): Totals {
  const result = test.result();
  const passed = result.state === "passed" ? 1 : 0;
  if (passed === 1) return { passed, failed: 0, skipped: [] };
  // vitest marks the tests of a failed beforeAll as skipped; they were wanted, and did not pass.
  const wanted = test.options.mode === "run" && fellWithItsSuite(test);
  if (result.state !== "skipped" || wanted) return { passed: 0, failed: 1, skipped: [] };
  const lacks = result.note ?? "it does not say what it lacks";
  return { passed: 0, failed: 0, skipped: [{ name: `${file} > ${test.fullName}`, lacks }] };
}

function totalsOfModule(module: TestModule): Totals {
  const tests = [...module.children.allTests()];
  const totals = sumOf(tests.map((test) => totalsOfTest(test, module.relativeModuleId)));
  // A file that could not be loaded, or whose afterAll failed, has no failed test of its own.
  const brokenFile = module.state() === "failed" && totals.failed === 0;
  return brokenFile ? { ...totals, failed: 1 } : totals;
}

/** What a run came to; an error outside of any test counts as a failure. */
export function totalsOfRun(
  modules: readonly TestModule[],
  errors: readonly unknown[],
  reason: TestRunEndReason,
): Totals {
  const totals = sumOf(modules.map(totalsOfModule));
  const outside = errors.length + (reason === "interrupted" ? 1 : 0);
  return { ...totals, failed: totals.failed + outside };
}

/** Names every skipped test with what it lacks, and leaves the totals of each group in a file. */
export default class TotalsReporter implements Reporter {
  onTestRunEnd(
    modules: readonly TestModule[],
    errors: readonly unknown[],
    reason: TestRunEndReason,
  ): void {
    for (const [group, own] of Map.groupBy(modules, ({ project }) => project.name)) {
      const totals = Value.Parse(Totals, totalsOfRun(own, errors, reason));
      for (const { name, lacks } of totals.skipped) console.log(` skipped ${name}: ${lacks}`);
      writeWhole(totalsFile(group), JSON.stringify(totals));
    }
  }
}
