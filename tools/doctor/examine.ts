import { ExecError } from "../exec.ts";
import { oneLine } from "../text.ts";
import { NotHere, type Check, type Finding } from "./check.ts";
import type { Stack } from "./stack.ts";

export interface Result {
  readonly check: string;
  /** `unknown`: what it looks at could not be read. */
  readonly verdict: "fine" | "findings" | "unknown" | "not here";
  readonly findings: readonly Finding[];
  /** Why it is unknown, or not here. */
  readonly reason?: string;
  readonly ms: number;
}

function reasonOf(error: unknown): string {
  if (error instanceof ExecError) {
    const last = error.output.trim().split("\n").at(-1) ?? "";
    return oneLine(last === "" ? error.message : last);
  }
  return oneLine(error instanceof Error ? error.message : String(error));
}

async function examine({ name, findings }: Check, stack: Stack): Promise<Result> {
  const begun = performance.now();
  const ended = (more: Omit<Result, "check" | "ms">): Result => ({
    check: name,
    ...more,
    ms: Math.round(performance.now() - begun),
  });
  try {
    const found = await findings(stack, Date.now());
    return ended({ verdict: found.length === 0 ? "fine" : "findings", findings: found });
  } catch (error) {
    const verdict = error instanceof NotHere ? "not here" : "unknown";
    return ended({ verdict, findings: [], reason: reasonOf(error) });
  }
}

export interface Listener {
  readonly begins: (check: Check) => void;
  readonly ends: (result: Result) => void;
}

/** One check after the other, so that each is named when it begins; what they read, they share. */
export async function examineAll(
  checks: readonly Check[],
  stack: Stack,
  { begins, ends }: Listener,
): Promise<Result[]> {
  const results: Result[] = [];
  for (const check of checks) {
    begins(check);
    const result = await examine(check, stack);
    ends(result);
    results.push(result);
  }
  return results;
}

/** Whether somebody has to look: a problem, or a check that could not be made. */
export function needsSomebody(results: readonly Result[]): boolean {
  return results.some(
    ({ verdict, findings }) =>
      verdict === "unknown" || findings.some(({ level }) => level === "problem"),
  );
}
