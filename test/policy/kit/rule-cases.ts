import { describe, expect, it } from "vitest";
import type { Rule } from "../../../policy/kit/rule.ts";
import { evaluateStack, type TestResource } from "./evaluate.ts";

type Program = TestResource | readonly TestResource[];
type Config = Readonly<Record<string, unknown>>;

/** What is compliant, and the settings that make it so. */
export type Passing = readonly [what: string, program: Program, config?: Config];
/** What is not compliant, and a part of each message; one property is wrong in each row. */
export type Failing = readonly [
  what: string,
  program: Program,
  says: string | readonly string[],
  config?: Config,
];

export interface RuleCases {
  readonly passes: readonly Passing[];
  readonly fails: readonly Failing[];
}

/** How the engine shows a program: in a preview, in one before its cluster is there, and by `pulumi policy analyze`. */
const previews = { preview: {}, "preview before the cluster": { unknownProvider: true } };
const views = { ...previews, "analysis of the stack": { stackOnly: true } };

/** The ways that differ for a rule: only rules about stacks look at the whole one. */
export function viewsOf({ policy }: Rule) {
  return policy.validateStack === undefined ? { preview: {} } : views;
}

function messagesByView(rule: Rule, program: Program, config: Config = {}) {
  return Object.entries(viewsOf(rule)).map(
    ([view, options]) =>
      [view, evaluateStack(rule, [program].flat(), { ...options, config })] as const,
  );
}

/** The unit table of a rule: each row is one program, seen in each way in which the engine shows programs. */
export function describeRule(rule: Rule, { passes, fails }: RuleCases): void {
  describe(rule.name, () => {
    it.each(passes.map(([what, program, config]) => [what, program, config] as const))(
      "accepts %s",
      (_, program, config) => {
        for (const [view, messages] of messagesByView(rule, program, config)) {
          expect([view, ...messages]).toEqual([view]);
        }
      },
    );

    it.each(fails.map(([what, program, says, config]) => [what, program, says, config] as const))(
      "reports %s",
      (_, program, says, config) => {
        const expected = [says].flat().map((part): unknown => expect.stringContaining(part));
        for (const [view, messages] of messagesByView(rule, program, config)) {
          expect([view, ...messages]).toEqual([view, ...expected]);
        }
      },
    );
  });
}
