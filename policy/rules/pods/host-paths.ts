import { Type, type Static } from "typebox";
import { cisKubernetes, nsaCisa, podSecurityBaseline } from "../../kit/frameworks.ts";
import { at, isPresent, listAt, textAt } from "../../kit/json.ts";
import { matches } from "../../kit/pattern.ts";
import { podRule } from "../../kit/pod-rule.ts";
import { containersOf, type Pod } from "../../kit/pods.ts";
import type { Subject } from "../../kit/subject.ts";
import { isBelow } from "./node-paths.ts";

const Allowed = Type.Object(
  {
    path: Type.String({
      description: "Folder or file of the node; what is below it is allowed too.",
    }),
    writable: Type.Optional(
      Type.Boolean({ description: "Whether containers may write to it; they may not if absent." }),
    ),
    namespace: Type.Optional(
      Type.String({ description: "Of the pods that may; any if absent. `*` stands for any text." }),
    ),
    name: Type.Optional(
      Type.String({
        description: "Of the object that makes these pods; any if absent. `*` as well.",
      }),
    ),
    reason: Type.String({ minLength: 10, description: "Why these pods need it." }),
  },
  { additionalProperties: false },
);
type Allowed = Static<typeof Allowed>;

function allowanceOf(path: string, subject: Subject, all: readonly Allowed[]): Allowed[] {
  return all.filter(
    (allowed) =>
      isBelow(path, allowed.path) &&
      matches(allowed.namespace ?? "*", subject.namespace ?? "") &&
      matches(allowed.name ?? "*", subject.name),
  );
}

/** Containers that mount a volume and may write to it. */
function writersOf(pod: Pod, volume: string): string[] {
  return containersOf(pod)
    .filter(({ spec }) =>
      listAt(spec, "volumeMounts").some(
        (mount) => textAt(mount, "name") === volume && at(mount, "readOnly") !== true,
      ),
    )
    .map(({ role, name }) => `${role} "${name}"`);
}

export const hostPaths = podRule({
  name: "host-paths",
  title: "Pods mount no folder of their node, but for those that are allowed",
  why: "A folder of the node is the way to its keys, to the sockets of its runtime and to the files of all other pods.",
  fix: "take an emptyDir or a persistentVolumeClaim, or mount an allowed path with readOnly set to true",
  severity: "critical",
  frameworks: [
    podSecurityBaseline("HostPath Volumes"),
    cisKubernetes("Minimize the admission of HostPath volumes"),
    nsaCisa("Pod security enforcement: volumes"),
  ],
  config: Type.Object({
    allowed: Type.Array(Allowed, {
      default: [],
      description: "Paths of nodes that pods may mount, and which pods.",
    }),
  }),
  check: (pod, report, { allowed }) => {
    for (const volume of listAt(pod.spec, "volumes")) {
      if (!isPresent(volume, "hostPath")) continue;
      const path = textAt(volume, "hostPath", "path") ?? "";
      const allowances = allowanceOf(path, pod.subject, allowed);
      if (allowances.length === 0) {
        report(`mounts ${path} of its node`);
      } else if (!allowances.some(({ writable }) => writable === true)) {
        const writers = writersOf(pod, textAt(volume, "name") ?? "");
        if (writers.length > 0) report(`lets ${writers.join(", ")} write to ${path} of its node`);
      }
    }
  },
});
