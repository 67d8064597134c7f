import { Type, type Static } from "typebox";
import { podSecurityBaseline, podSecurityRestricted } from "../../kit/frameworks.ts";
import { at, isObject, isPresent, listAt, textAt } from "../../kit/json.ts";
import { matches } from "../../kit/pattern.ts";
import { podRule } from "../../kit/pod-rule.ts";
import { containersOf, type Pod } from "../../kit/pods.ts";
import { resourceRule } from "../../kit/resource-rule.ts";
import type { Subject } from "../../kit/subject.ts";
import { ifKnown } from "../../kit/unknown.ts";

function segments(path: string): string[] {
  return path.split("/").filter((part) => part !== "" && part !== ".");
}

/** Whether a path of a node is an allowed one or below it, and does not climb out of it again. */
function isBelow(path: string, allowed: string): boolean {
  const parts = segments(path);
  return !parts.includes("..") && segments(allowed).every((part, i) => parts[i] === part);
}

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

function allowanceOf(folder: string, subject: Subject, all: readonly Allowed[]): Allowed[] {
  return all.filter(
    (allowed) =>
      isBelow(folder, allowed.path) &&
      matches(allowed.namespace ?? "*", subject.namespace ?? "") &&
      matches(allowed.name ?? "*", subject.name),
  );
}

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
  frameworks: [podSecurityBaseline("HostPath Volumes")],
  config: Type.Object({
    allowed: Type.Array(Allowed, {
      default: [],
      description: "Paths of nodes that pods may mount, and which pods.",
    }),
  }),
  check: (pod, report, { allowed }) => {
    for (const volume of listAt(pod.spec, "volumes")) {
      if (!isPresent(volume, "hostPath")) continue;
      const folder = textAt(volume, "hostPath", "path") ?? "";
      const allowances = allowanceOf(folder, pod.subject, allowed);
      if (allowances.length === 0) {
        report(`mounts ${folder} of its node`);
      } else if (!allowances.some(({ writable }) => writable === true)) {
        const writers = writersOf(pod, textAt(volume, "name") ?? "");
        if (writers.length > 0) report(`lets ${writers.join(", ")} write to ${folder} of its node`);
      }
    }
  },
});

export const hostVolumes = resourceRule({
  name: "host-volumes",
  title: "No PersistentVolume is a folder of a node",
  why: "A pod that may mount no folder of its node gets one all the same by a claim, which no rule about pods can see.",
  fix: "let a StorageClass make the volume",
  severity: "high",
  frameworks: [podSecurityBaseline("HostPath Volumes")],
  kinds: ["PersistentVolume"],
  check: ({ props }, report) => {
    const ways = ["hostPath", "local"].filter((key) => isPresent(props, "spec", key));
    report(...ways.map((key) => `is ${textAt(props, "spec", key, "path") ?? ""} of its node`));
  },
});

/** Those of Pod Security's level restricted; the rule host-paths is about the last one. */
const allowedTypes = [
  ...["configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "image"],
  ...["persistentVolumeClaim", "projected", "secret", "hostPath"],
];

/** What a volume is made of; one whose content is not known yet has a type all the same. */
function typesOf(volume: unknown): string[] {
  if (!isObject(volume)) return [];
  return Object.keys(volume).filter(
    (key) => key !== "name" && ifKnown(() => at(volume, key)) !== null,
  );
}

export const volumeTypes = podRule({
  name: "volume-types",
  title: "Pods mount only volumes that leave the node and the cluster's storage to Kubernetes",
  why: "A volume that names a server or a disk gets around storage classes and quotas, with rights that nobody gave the pod.",
  fix: "take a volume of an allowed type, like a persistentVolumeClaim for data or an emptyDir for scratch",
  severity: "high",
  frameworks: [podSecurityRestricted("Volume Types")],
  check: ({ spec }, report) => {
    for (const volume of listAt(spec, "volumes")) {
      const wrong = typesOf(volume).filter((type) => !allowedTypes.includes(type));
      if (wrong.length === 0) continue;
      report(`mounts the volume "${textAt(volume, "name") ?? ""}" of type ${wrong.join(", ")}`);
    }
  },
});
