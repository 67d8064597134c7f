import { when, type Rule } from "./rule.ts";

/** Workers, wherever they run. */

function numbersOf(version: string): number[] | undefined {
  const found = /^v?(\d+)\.(\d+)\.(\d+)/.exec(version);
  return found?.slice(1).map(Number);
}

function isOlder(version: string, than: string): boolean {
  const ours = numbersOf(version);
  const theirs = numbersOf(than);
  if (!ours || !theirs) return false;
  const place = ours.findIndex((part, index) => part !== theirs[index]);
  return place !== -1 && (ours[place] ?? 0) < (theirs[place] ?? 0);
}

/** The stack would refuse its own pods, and do no job at all. */
export const ownWorkersAreNewEnough: Rule = ({ api: { minWorkerVersion: least }, images }) =>
  when(least !== undefined && isOlder(images.tag, least), () => ({
    path: "api.minWorkerVersion",
    problem: `must not be later than the stack's own workers (it is ${least ?? ""}, and images.tag is "${images.tag}")`,
    remedy: "raise images.tag first, or lower it",
  }));
