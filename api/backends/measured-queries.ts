import type { DatabaseMetrics, DatabaseOperation } from "../backend-metrics.ts";
import { ifLong } from "@framewright/runtime/tracing/tracing.ts";
import type { Queryable } from "./queryable.ts";

/** What changes rows comes before what reads them: a `WITH` that ends in an update is an update. */
const verbs = [
  ["insert", /\bINSERT INTO\b/],
  ["update", /\bUPDATE \w+ SET\b/],
  ["delete", /\bDELETE FROM\b/],
  ["select", /\bSELECT\b/],
] as const satisfies readonly (readonly [DatabaseOperation, RegExp])[];

const known = new Map<string, DatabaseOperation>();
/** Far above the number of statements that the programs have. */
const maxKnown = 2_000;

export function operationOf(text: string): DatabaseOperation {
  const found = known.get(text);
  if (found !== undefined) return found;
  const operation = verbs.find(([, verb]) => verb.test(text))?.[0] ?? "other";
  if (known.size < maxKnown) known.set(text, operation);
  return operation;
}

/** Statements have names, which say more than their first word. Values never leave the program, and neither does the text. */
function spanName(asked: string | { readonly name?: string; readonly text: string }): string {
  const { name, text } = typeof asked === "string" ? { name: undefined, text: asked } : asked;
  return `sql ${name ?? text.trim().split(/\s/, 1)[0] ?? ""}`;
}

const facts = { "db.system.name": "postgresql" };

/** Runs a statement as a part of the trace that is under way, if there is one and it takes its time. */
export function traced<T>(
  asked: Parameters<typeof spanName>[0],
  run: () => Promise<T>,
): Promise<T> {
  return ifLong({ name: () => spanName(asked), facts }, run);
}

/** Takes the time of each statement. @param isAway whether an error is of a database that is away, not of what was asked */
export function measured(
  client: Queryable,
  { queryDuration }: Pick<DatabaseMetrics, "queryDuration">,
  isAway: (error: unknown) => boolean,
): Queryable {
  return {
    query: async (asked, values) => {
      const operation = operationOf(typeof asked === "string" ? asked : asked.text);
      const start = performance.now();
      const took = (result: string): void => {
        queryDuration.observe({ operation, result }, (performance.now() - start) / 1000);
      };
      try {
        const answer = await traced(asked, () => client.query<never>(asked, values));
        took("ok");
        return answer;
      } catch (error) {
        took(isAway(error) ? "away" : "refused");
        throw error;
      }
    },
  };
}
