import { kubernetesDocs } from "../../../policy/kit/frameworks.ts";
import { podRule } from "../../../policy/kit/pod-rule.ts";
import { containersOf, isLongRunning, runsOnWindows, type Pod } from "../../../policy/kit/pods.ts";
import { evaluate, type TestResource } from "./evaluate.ts";

function contentsOf(pod: Pod): string[] {
  const containers = containersOf(pod).map((one) => {
    const ends = isLongRunning(one) ? "" : " that ends";
    return `${one.role} ${one.name}${ends}`;
  });
  const system = runsOnWindows(pod) ? ["on Windows"] : [];
  return [...containers, ...system, ...(pod.isPart ? ["a part"] : [])];
}

/** Says of each pod that a rule sees where it is and what runs in it. */
export function toldOfPods(
  resource: TestResource,
  {
    config = {},
    parts = false,
  }: { readonly config?: Readonly<Record<string, unknown>>; readonly parts?: boolean } = {},
): string[] {
  const teller = podRule({
    name: "teller",
    title: "Tells what pods there are",
    why: "A test has to see them.",
    fix: "read on",
    severity: "low",
    frameworks: [kubernetesDocs("Pods")],
    parts,
    check: (pod, report) => {
      report(`[${contentsOf(pod).join(", ")}]`);
    },
  });
  return evaluate(teller, resource, config).map((message) =>
    message.replace(/^[^:]+: /, "").replace(". Fix: read on.", ""),
  );
}
