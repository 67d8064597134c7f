import { Value } from "typebox/value";
import type { SerializedError } from "vitest";
import type { Reporter, TestCase, TestModule, TestRunEndReason, TestSuite } from "vitest/node";
import {
  GroupTotals,
  noTests,
  oneFailure,
  sumOf,
  totalsFile,
  type Totals,
} from "../../tools/testing/totals.ts";
import { writeWhole } from "../../tools/steps.ts";

type Errors = readonly { readonly message: string }[];

function messageOf(errors: Errors): string {
  return errors[0]?.message ?? "it gave no reason";
}

/** The errors of the module and the suites that a test is in: of what they set up or took down. */
function errorsAround(test: TestCase): Errors {
  const errors: { readonly message: string }[] = [];
  let parent: TestModule | TestSuite = test.parent;
  for (;;) {
    errors.push(...parent.errors());
    if (parent.type === "module") return errors;
    parent = parent.parent;
  }
}

function totalsOfTest(test: TestCase, file: string): Totals {
  const result = test.result();
  const name = `${file} > ${test.fullName}`;
  if (result.state === "passed") return { ...noTests, passed: 1 };
  if (result.state !== "skipped") return oneFailure(name, messageOf(result.errors ?? []));
  // vitest marks the tests of a failed beforeAll as skipped; they were wanted, and did not pass.
  const around = errorsAround(test);
  const wanted = test.options.mode === "run" && around.length > 0;
  if (wanted) return oneFailure(name, messageOf(around));
  return { ...noTests, skipped: [{ name, lacks: result.note ?? "it does not say what it lacks" }] };
}

function totalsOfModule(module: TestModule): Totals {
  const file = module.relativeModuleId;
  const totals = sumOf([...module.children.allTests()].map((test) => totalsOfTest(test, file)));
  // A file that could not be loaded, or whose afterAll failed, has no failed test of its own.
  const brokenFile = module.state() === "failed" && totals.failed.length === 0;
  if (!brokenFile) return totals;
  const suites = [...module.children.allSuites()];
  const errors = [module, ...suites].flatMap((part) => part.errors());
  return sumOf([totals, oneFailure(file, messageOf(errors))]);
}

/** What a run came to; an error outside of any test counts as a failure. */
export function totalsOfRun(
  modules: readonly TestModule[],
  errors: readonly SerializedError[],
  reason: TestRunEndReason,
): Totals {
  const outside = errors.map(({ message, VITEST_TEST_NAME: test }) => {
    const during = typeof test === "string" ? `, during "${test}"` : "";
    return oneFailure(`outside of any test${during}`, message);
  });
  const ended = reason === "interrupted" ? [oneFailure("the run", "it was interrupted")] : [];
  return sumOf([...modules.map(totalsOfModule), ...outside, ...ended]);
}

/** From the start of each file's process to the end of its last hook. */
function secondsOf(module: TestModule): number {
  const { prepareDuration, setupDuration, collectDuration, duration } = module.diagnostic();
  return (prepareDuration + setupDuration + collectDuration + duration) / 1000;
}

/** Names every skipped test with what it lacks, and leaves the totals of each group in a file. */
export default class TotalsReporter implements Reporter {
  onTestRunEnd(
    modules: readonly TestModule[],
    errors: readonly SerializedError[],
    reason: TestRunEndReason,
  ): void {
    const groups = [...Map.groupBy(modules, ({ project }) => project.name)];
    for (const [index, [group, own]] of groups.entries()) {
      const fileSeconds = own.reduce((sum, module) => sum + secondsOf(module), 0);
      // Nobody knows to which of the groups an error outside of any test belongs; it counts once.
      const run = { ...totalsOfRun(own, index === 0 ? errors : [], reason), fileSeconds };
      const totals = Value.Parse(GroupTotals, run);
      for (const { name, lacks } of totals.skipped) console.log(` skipped ${name}: ${lacks}`);
      writeWhole(totalsFile(group), JSON.stringify(totals));
    }
  }
}
