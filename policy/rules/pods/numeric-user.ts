import { Type } from "typebox";
import { kubernetesDocs, nsaCisa, podSecurityRestricted } from "../../kit/frameworks.ts";
import { listAt } from "../../kit/json.ts";
import { containerRule } from "../../kit/pod-rule.ts";
import { runsOnWindows, type Pod } from "../../kit/pods.ts";
import type { Report } from "../../kit/rule.ts";
import { contextOf, ownContext } from "../../kit/security-context.ts";

const minimums = {
  minimumUser: Type.Integer({
    default: 1,
    minimum: 1,
    description:
      "The lowest user a container may run as; one that no person and no service of a node has is best.",
  }),
  minimumGroup: Type.Integer({
    default: 1,
    minimum: 1,
    description: "The lowest group a container may run as, or be in through its pod.",
  }),
};

function isBelow(id: unknown, minimum: number): boolean {
  return typeof id !== "number" || id < minimum;
}

/** Groups that a pod gives all its containers. */
function givenGroups(pod: Pod): unknown[] {
  const fsGroup = ownContext(pod, "fsGroup");
  const others = listAt(ownContext(pod, "supplementalGroups"));
  return fsGroup === undefined ? [...others] : [fsGroup, ...others];
}

function text(id: unknown): string {
  return typeof id === "number" || typeof id === "string" ? String(id) : "nothing";
}

function judgeId(id: unknown, field: string, minimum: number, report: Report): void {
  if (!isBelow(id, minimum)) return;
  report(`has ${text(id)} as ${field}, and not a number from ${minimum} up`);
}

export const numericUser = containerRule({
  name: "numeric-user",
  title: "Containers run as a user and a group that the manifest names by number",
  why: "What the image says instead can change with each build, and a user that is also one on the node may touch what that one may.",
  fix: "set securityContext.runAsUser and runAsGroup of the pod to numbers that are high enough, like 10001, also in fsGroup and supplementalGroups",
  severity: "medium",
  frameworks: [
    podSecurityRestricted("Running as Non-root user"),
    nsaCisa("Non-root containers"),
    kubernetesDocs("Configure a Security Context for a Pod or Container"),
  ],
  config: Type.Object(minimums),
  pod: {
    check: (pod, report, { minimumGroup }) => {
      for (const group of givenGroups(pod)) {
        if (!isBelow(group, minimumGroup)) continue;
        report(`puts its containers into group ${text(group)}, below ${minimumGroup}`);
      }
    },
  },
  check: (container, report, { minimumUser, minimumGroup }) => {
    // Windows names its users.
    if (runsOnWindows(container.pod)) return;
    judgeId(contextOf(container, "runAsUser"), "runAsUser", minimumUser, report);
    judgeId(contextOf(container, "runAsGroup"), "runAsGroup", minimumGroup, report);
  },
});
