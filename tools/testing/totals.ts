import { join } from "node:path";
import { Type, type Static } from "typebox";
import { own } from "../paths.ts";
import { oneLine } from "../text.ts";

const Failure = Type.Object({
  name: Type.String({ description: "A test, or whatever else did not do what it should" }),
  why: Type.String(),
});

/** What a run of one group of tests came to. */
export const Totals = Type.Object({
  passed: Type.Integer(),
  failed: Type.Array(Failure),
  skipped: Type.Array(
    Type.Object({ name: Type.String(), lacks: Type.String({ description: "Why it did not run" }) }),
  ),
});
export type Totals = Static<typeof Totals>;

/** What the reporter leaves of a group: also the seconds of all its files, which may have run side by side. */
export const GroupTotals = Type.Object({ ...Totals.properties, fileSeconds: Type.Number() });

export const noTests: Totals = { passed: 0, failed: [], skipped: [] };

export function oneFailure(name: string, why: string): Totals {
  return { ...noTests, failed: [{ name, why }] };
}

export function sumOf(all: readonly Totals[]): Totals {
  return all.reduce(
    (sum, one) => ({
      passed: sum.passed + one.passed,
      failed: [...sum.failed, ...one.failed],
      skipped: [...sum.skipped, ...one.skipped],
    }),
    noTests,
  );
}

/** Characters of a reason that are shown: an error may hold a whole log. */
const reasonLength = 400;

/** Each failure with its reason, for the end of a run that is too long to search. */
export function failureLines({ failed }: Totals): string[] {
  return failed.flatMap(({ name, why }) => [
    `  ${name}`,
    `      ${oneLine(why).slice(0, reasonLength)}`,
  ]);
}

/** The last line of `npm test`; others parse it, so it never changes. */
export function totalsLine({ passed, failed, skipped }: Totals): string {
  return `${passed} passed, ${failed.length} failed, ${skipped.length} skipped`;
}

/** A run that ran nothing has shown nothing. */
export function succeeded({ passed, failed }: Totals): boolean {
  return passed > 0 && failed.length === 0;
}

/** Where the reporter leaves the totals of a group for the command that ran it. */
export function totalsFile(group: string): string {
  return join(own, "test", `${group}.json`);
}
