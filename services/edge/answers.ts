import { problems, problemText, type EdgeProblem } from "./problems.ts";

/** Below the 16 KiB of the programs behind, for what the edge adds. */
export const headerBytes = 15 * 1024;
export const answers = problems({ headerBytes });

export function quoted(text: string): string {
  if (/['\n]/.test(text)) throw new RangeError(`HAProxy cannot quote ${text}`);
  return `'${text}'`;
}

/** Arguments of `return` and `http-error`. */
export function answer(problem: EdgeProblem): string {
  const retry =
    problem.retryAfterSeconds === undefined ? "" : ` hdr retry-after ${problem.retryAfterSeconds}`;
  const body = quoted(problemText(problem));
  return `content-type application/problem+json lf-string ${body} hdr cache-control no-store${retry}`;
}

export function refuse(problem: EdgeProblem, condition: string): string {
  return `http-request return status ${problem.status} ${answer(problem)} ${condition}`;
}
