import type { Stack } from "./stack.ts";

/** Pages of docs/runbooks to which findings point. */
export const runbooks = [
  "pods-fail",
  "node-under-pressure",
  "disk-full",
  "dependency-away",
  "schema-behind",
  "jobs-wait",
  "dead-letters",
  "workers-silent",
  "no-sweeper",
  "certificates-expire",
  "quota-full",
  "cannot-scale",
  "policies-not-enforced",
  "drift",
] as const;
export type Runbook = (typeof runbooks)[number];

/** What a check found: what is wrong, what that means, and what to do. */
export interface Finding {
  /** A hint does not change how the command ends. */
  readonly level: "problem" | "hint";
  /** What is wrong, with the name of the thing. */
  readonly what: string;
  readonly meaning: string;
  readonly remedy: string;
  /** A page of docs/runbooks, without its ending. */
  readonly runbook?: Runbook;
}

export interface Facts<F> {
  /** Begins when the check does; throws where what is needed cannot be read. */
  readonly look: (stack: Stack) => Promise<F>;
  /** Decides by the facts alone. */
  readonly judge: (facts: F, nowMs: number) => readonly Finding[];
}

export interface Check {
  readonly name: string;
  /** What it looks at, in the words of its line. */
  readonly looksAt: string;
  readonly findings: (stack: Stack, nowMs: number) => Promise<readonly Finding[]>;
}

/** A row of the table of checks. */
export function check<F>(name: string, looksAt: string, { look, judge }: Facts<F>): Check {
  return { name, looksAt, findings: async (stack, nowMs) => judge(await look(stack), nowMs) };
}

/** What is not there on this stack has nothing wrong. */
export class NotHere extends Error {}
