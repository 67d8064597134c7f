import { Type } from "typebox";
import { kubernetesDocs } from "../../kit/frameworks.ts";
import { at, isObject, textAt } from "../../kit/json.ts";
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

/** A field that says what becomes of a volume; where it says nothing, Kubernetes keeps it, but for `byDefault`. */
interface Field {
  readonly kind: string;
  readonly path: readonly string[];
  readonly setting: Setting;
  readonly byDefault?: "Delete";
}

const claims = ["spec", "persistentVolumeClaimRetentionPolicy"];
const fields: readonly Field[] = [
  { kind: "apps/StatefulSet", path: [...claims, "whenDeleted"], setting: "whenDeleted" },
  { kind: "apps/StatefulSet", path: [...claims, "whenScaled"], setting: "whenScaled" },
  {
    kind: "storage.k8s.io/StorageClass",
    path: ["reclaimPolicy"],
    setting: "reclaimPolicy",
    byDefault: "Delete",
  },
  {
    kind: "PersistentVolume",
    path: ["spec", "persistentVolumeReclaimPolicy"],
    setting: "reclaimPolicy",
  },
];

/** The fields of it that keep something else than they may. */
function wrongFields(subject: Subject, allowed: Readonly<Record<Setting, readonly string[]>>) {
  return fields.flatMap((field) => {
    if (!isKind(subject, field.kind)) return [];
    const said = textAt(subject.props, ...field.path);
    const policy = said ?? (isPatch(subject) ? undefined : (field.byDefault ?? "Retain"));
    if (policy === undefined || allowed[field.setting].includes(policy)) return [];
    return { ...field, policy };
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
      report(`${path.join(".")} is ${policy}: its data is lost ${losses[setting]}`);
    }
  },
  remediate: (subject, config) => {
    const wrong = wrongFields(subject, config);
    for (const { path } of wrong) {
      const holder = at(subject.props, ...path.slice(0, -1));
      if (isObject(holder)) holder[path.at(-1) ?? ""] = "Retain";
    }
    return wrong.length > 0;
  },
});
