import { setTimeout as sleep } from "node:timers/promises";
import { accessBy } from "../../../tools/doctor/access.ts";
import { checks } from "../../../tools/doctor/checks/index.ts";
import { examineAll, type Result } from "../../../tools/doctor/examine.ts";
import { Stack } from "../../../tools/doctor/stack.ts";

const quiet = { begins: () => undefined, ends: () => undefined };

function examined(): Promise<Result[]> {
  return examineAll(checks, new Stack(accessBy({})), quiet);
}

/** How full the machine of a test is, is not what the test is about. */
const ofMachine = /^only \S+ GiB of \d+ are free where /;

/** What somebody has to look at in the stack; a check that could not be made is told with its reason. */
function complaints(results: readonly Result[]): string[] {
  return results.flatMap(({ check, verdict, findings, reason }) => [
    ...(verdict === "unknown" ? [`${check}: ${reason ?? ""}`] : []),
    ...findings
      .filter(({ level, what }) => level === "problem" && !ofMachine.test(what))
      .map(({ what }) => what),
  ]);
}

/** Asks until the complaints are as expected, and returns the last ones. */
export async function complaintsUntil(
  isExpected: (found: readonly string[]) => boolean,
  limitMs: number,
): Promise<string[]> {
  const deadline = Date.now() + limitMs;
  for (;;) {
    const found = complaints(await examined());
    if (isExpected(found) || Date.now() > deadline) return found;
    await sleep(1000);
  }
}
