import { Type } from "typebox";
import { kubernetesDocs } from "../../kit/frameworks.ts";
import { keysAt } from "../../kit/json.ts";
import type { Container } from "../../kit/pods.ts";
import { containerRule } from "../../kit/pod-rule.ts";
import { quantityOf } from "./quantity.ts";
import { amountOf, hasResources } from "./resources.ts";

/** How many times its request a container may take; undefined where one of both is missing. */
function ratioOf(container: Container, resource: string): number | undefined {
  const request = quantityOf(amountOf(container, "requests", resource));
  const limit = quantityOf(amountOf(container, "limits", resource));
  if (request === undefined || limit === undefined || request === 0) return undefined;
  return limit / request;
}

function named({ spec, pod }: Container): string[] {
  const places = [spec, pod.spec];
  return [...new Set(places.flatMap((place) => keysAt(place, "resources", "limits")))];
}

export const resourceRatio = containerRule({
  name: "resource-ratio",
  title: "Containers may not take much more memory than they ask for",
  why: "A node is filled by requests: where limits are many times as much, it runs out of memory as soon as several containers use theirs, and the kernel kills one of them.",
  fix: "set the request to at most the limit, and raise resources.requests.memory or lower resources.limits.memory until they are close",
  severity: "low",
  frameworks: [kubernetesDocs("Node-pressure eviction")],
  config: Type.Object({
    maxMemoryRatio: Type.Number({
      minimum: 1,
      default: 4,
      description: "How many times its memory request a container's memory limit may be.",
    }),
  }),
  check: (container, report, { maxMemoryRatio }) => {
    if (!hasResources(container)) return;
    for (const resource of named(container)) {
      const ratio = ratioOf(container, resource);
      if (ratio === undefined) continue;
      if (ratio < 1) report(`asks for more ${resource} than its limit`);
      if (resource === "memory" && ratio > maxMemoryRatio) {
        report(
          `may take ${String(Math.round(ratio * 10) / 10)} times the memory that it asks for, more than ${String(maxMemoryRatio)}`,
        );
      }
    }
  },
});
