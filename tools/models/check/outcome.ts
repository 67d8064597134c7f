import type { Answer } from "./call.ts";

/** `gap`: the dialect is known not to have it, and the platform does without. */
export type Status = "passed" | "failed" | "gap";

export interface Outcome {
  readonly name: string;
  /** What was asked. */
  readonly asked: string;
  readonly status: Status;
  /** What came. */
  readonly came: string;
  readonly ms: number | undefined;
}

/** What a check finds out of an answer. */
export interface Finding {
  readonly ok: boolean;
  readonly came: string;
}

export interface Check {
  readonly name: string;
  readonly asked: string;
  /** Set: the dialect is known not to have it, and how the platform does without. */
  readonly gap?: string | undefined;
  readonly ask: () => Promise<Answer>;
  readonly judge: (answer: Answer) => Finding;
}

function statusOf({ ok }: Finding, gap: string | undefined): Status {
  if (ok) return "passed";
  return gap === undefined ? "failed" : "gap";
}

/** Runs the checks one after the other: a service that works on one request at a time must not refuse ours. */
export async function outcomesOf(checks: readonly Check[]): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const { name, asked, gap, ask, judge } of checks) {
    try {
      const answer = await ask();
      const finding = judge(answer);
      const status = statusOf(finding, gap);
      const came = status === "gap" ? `${finding.came}: ${gap ?? ""}` : finding.came;
      outcomes.push({ name, asked, status, came, ms: Math.round(answer.ms) });
    } catch (error) {
      const came = error instanceof Error ? error.message : String(error);
      outcomes.push({ name, asked, status: "failed", came, ms: undefined });
    }
  }
  return outcomes;
}
