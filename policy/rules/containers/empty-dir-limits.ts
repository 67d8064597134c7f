import { Type } from "typebox";
import { kubernetesDocs } from "../../kit/frameworks.ts";
import { at, isPresent, keysAt, listAt, textAt } from "../../kit/json.ts";
import { containersOf, type Pod } from "../../kit/pods.ts";
import { podRule } from "../../kit/pod-rule.ts";
import { quantityOf } from "./quantity.ts";
import { amountOf, hasResources } from "./resources.ts";

/** What is written to an emptyDir on disk counts as ephemeral storage of the pod, which the kubelet limits by the sum. */
function isDiskLimited(pod: Pod): boolean {
  return containersOf(pod)
    .filter(hasResources)
    .every((container) => isPresent(amountOf(container, "limits", "ephemeral-storage")));
}

/** Kubernetes makes an emptyDir of a volume that names no source. */
function isEmptyDir(volume: unknown): boolean {
  return isPresent(volume, "emptyDir") || keysAt(volume).every((key) => key === "name");
}

function problemOf(pod: Pod, emptyDir: unknown, maxSize: string): string | undefined {
  const inMemory = textAt(emptyDir, "medium") === "Memory";
  const written = at(emptyDir, "sizeLimit");
  if (!isPresent(written)) {
    if (!inMemory && isDiskLimited(pod)) return undefined;
    return inMemory ? "is in memory without a sizeLimit" : "has no sizeLimit";
  }
  const size = quantityOf(written);
  if (size === undefined) return "has a sizeLimit that is no quantity";
  // Kubernetes reads zero as no limit.
  if (size === 0) return "has a sizeLimit of zero, which limits nothing";
  return size > (quantityOf(maxSize) ?? Infinity)
    ? `has a sizeLimit of more than ${maxSize}`
    : undefined;
}

export const emptyDirLimits = podRule({
  name: "empty-dir-limits",
  title: "Each emptyDir has a size limit",
  why: "An emptyDir without a limit grows until the disk of the node is full, or its memory, and then every pod there is evicted.",
  fix: 'set emptyDir.sizeLimit of the volume, like "64Mi", or on disk a limit for ephemeral-storage on every container',
  severity: "medium",
  frameworks: [kubernetesDocs("Volumes: emptyDir")],
  config: Type.Object({
    maxSize: Type.String({
      pattern: String.raw`^\d+(\.\d+)?([KMGTPE]i?|k)?$`,
      default: "100Gi",
      description: "The most that one emptyDir may hold.",
    }),
  }),
  check: (pod, report, { maxSize }) => {
    listAt(pod.spec, "volumes").forEach((volume, i) => {
      if (!isEmptyDir(volume)) return;
      const problem = problemOf(pod, at(volume, "emptyDir"), maxSize);
      const name = textAt(volume, "name") ?? String(i);
      if (problem !== undefined) report(`emptyDir "${name}" ${problem}`);
    });
  },
});
