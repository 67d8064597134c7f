import { Type } from "typebox";
import { kubernetesDocs } from "../../kit/frameworks.ts";
import { textAt } from "../../kit/json.ts";
import { resourceRule } from "../../kit/resource-rule.ts";
import { isKind, isPatch, type Subject } from "../../kit/subject.ts";

const policies = ["Retain", "Delete"];

function policySetting(description: string) {
  return Type.Array(Type.String({ enum: policies }), { default: ["Retain"], description });
}

/** By setting, what the loss follows. */
const losses = {
  whenDeleted: "when it is deleted or replaced",
  whenScaled: "when it is scaled down",
  reclaimPolicy: "when its claim is deleted",
};
type Setting = keyof typeof losses;

const claims = "spec.persistentVolumeClaimRetentionPolicy";
const storageClass = "storage.k8s.io/StorageClass";
const volume = "PersistentVolume";

/** The fields that say what becomes of a volume. */
const fields: readonly { kind: string; path: string; setting: Setting }[] = [
  { kind: "apps/StatefulSet", path: `${claims}.whenDeleted`, setting: "whenDeleted" },
  { kind: "apps/StatefulSet", path: `${claims}.whenScaled`, setting: "whenScaled" },
  { kind: storageClass, path: "reclaimPolicy", setting: "reclaimPolicy" },
  { kind: volume, path: "spec.persistentVolumeReclaimPolicy", setting: "reclaimPolicy" },
];

/** The fields of it that keep something else than they may. */
function wrongFields(subject: Subject, allowed: Readonly<Record<Setting, readonly string[]>>) {
  const byDefault = isKind(subject, storageClass) ? "Delete" : "Retain";
  return fields.flatMap(({ kind, path, setting }) => {
    if (!isKind(subject, kind)) return [];
    const said = textAt(subject.props, ...path.split("."));
    const policy = said ?? (isPatch(subject) ? undefined : byDefault);
    if (policy === undefined || allowed[setting].includes(policy)) return [];
    return { path, setting, policy };
  });
}

export const claimRetention = resourceRule({
  name: "claim-retention",
  title: "Data outlives the workload that wrote it",
  why: "A StatefulSet that is replaced, or a claim that is deleted by mistake, takes its disk and the only copy of the data with it.",
  fix: "set persistentVolumeClaimRetentionPolicy of the StatefulSet and reclaimPolicy of the StorageClass or volume to Retain",
  severity: "high",
  frameworks: [
    kubernetesDocs("StatefulSets: PersistentVolumeClaim retention"),
    kubernetesDocs("Storage Classes: reclaim policy"),
  ],
  config: Type.Object({
    whenDeleted: policySetting("What may become of claims when their StatefulSet is deleted."),
    whenScaled: policySetting("What may become of claims when their StatefulSet is scaled down."),
    reclaimPolicy: policySetting("What may become of a volume when its claim is deleted."),
  }),
  check: (subject, report, config) => {
    for (const { path, setting, policy } of wrongFields(subject, config)) {
      report(`${path} is ${policy}: its data is lost ${losses[setting]}`);
    }
  },
});
