import { devicePlugin } from "../../kit/frameworks.ts";
import { at, isPresent, keysAt, listAt, textAt } from "../../kit/json.ts";
import { resourceRule } from "../../kit/resource-rule.ts";
import { isKind, type Subject } from "../../kit/subject.ts";
import { ifKnown } from "../../kit/unknown.ts";

/** GKE's limit. */
const most = 48;

function* sliceFaults(counts: readonly unknown[]) {
  for (const count of counts) {
    const slices = Number(count);
    if (Number.isInteger(slices) && slices >= 2 && slices <= most) continue;
    yield `shares a GPU among ${JSON.stringify(count)} pods, where 2 to ${most} are right`;
  }
}

/** How many pods share each kind of GPU of a pool on GKE. */
function sharersOf({ type, props }: Subject): readonly unknown[] {
  if (type !== "gcp:container/nodePool:NodePool") return [];
  return listAt(props, "nodeConfig", "guestAccelerators")
    .map((gpu) => at(gpu, "gpuSharingConfig"))
    .filter((sharing) => isPresent(sharing))
    .map((sharing) => at(sharing, "maxSharedClientsPerGpu") ?? 0);
}

/** JSON and YAML alike, so that the pack needs no parser of YAML. */
function* pluginFaults(text: string) {
  const replicas = [...text.matchAll(/\breplicas"?\s*:\s*"?([^\s,"}]+)/g)];
  const counts = replicas.map(([, count]) => Number(count));
  yield* sliceFaults(counts);
  if (!/\bfailRequestsGreaterThanOne"?\s*:\s*true\b/.test(text)) {
    yield "gives pods that ask for two slices of a shared GPU no more than one, and does not say so";
  }
}

/** Other data of a ConfigMap may be unknown in a preview, and is none of this rule's concern. */
function sharingFiles(subject: Subject): readonly string[] {
  if (!isKind(subject, "ConfigMap")) return [];
  return keysAt(subject.props, "data").flatMap((key) => {
    const text = ifKnown(() => textAt(subject.props, "data", key)) ?? "";
    return /\b(?:timeSlicing|mps)"?\s*:/.test(text) && /\breplicas"?\s*:/.test(text) ? [text] : [];
  });
}

export const gpuSharing = resourceRule({
  name: "gpu-sharing",
  title: "Shared GPUs are shared among a sensible number of pods",
  why: "Clouds refuse fewer than 2 and more than 48 sharers when the pool is made, and a device plugin that lets pods ask for two slices gives them one.",
  fix: "set maxSharedClientsPerGpu, or replicas of the device plugin, within the limits, and failRequestsGreaterThanOne to true",
  severity: "low",
  frameworks: [devicePlugin],
  check: (subject, report) => {
    report(...sliceFaults(sharersOf(subject)));
    for (const text of sharingFiles(subject)) report(...pluginFaults(text));
  },
});
