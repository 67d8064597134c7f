import { Type } from "typebox";
import { kubernetesDocs } from "../../kit/frameworks.ts";
import { at, isObject, textAt } from "../../kit/json.ts";
import { resourceRule } from "../../kit/resource-rule.ts";
import { isPatch, type Subject } from "../../kit/subject.ts";
import { membersOf } from "./parts.ts";

const policies = ["Retain", "Delete"];

function policySetting(description: string) {
  return Type.Array(Type.String({ enum: policies }), { default: ["Retain"], description });
}

/** A field that says what becomes of a volume, and what holds where it says nothing. */
interface Field {
  readonly setting: "whenDeleted" | "whenScaled" | "reclaimPolicy";
  readonly holder: readonly string[];
  readonly key: string;
  readonly byDefault: string;
  /** What the loss follows. */
  readonly when: string;
}

const claims = ["spec", "persistentVolumeClaimRetentionPolicy"];
const fields: readonly { readonly kind: string; readonly fields: readonly Field[] }[] = [
  {
    kind: "apps/StatefulSet",
    fields: [
      {
        setting: "whenDeleted",
        holder: claims,
        key: "whenDeleted",
        byDefault: "Retain",
        when: "when it is deleted or replaced",
      },
      {
        setting: "whenScaled",
        holder: claims,
        key: "whenScaled",
        byDefault: "Retain",
        when: "when it is scaled down",
      },
    ],
  },
  {
    kind: "storage.k8s.io/StorageClass",
    fields: [
      {
        setting: "reclaimPolicy",
        holder: [],
        key: "reclaimPolicy",
        byDefault: "Delete",
        when: "when its claim is deleted",
      },
    ],
  },
  {
    kind: "PersistentVolume",
    fields: [
      {
        setting: "reclaimPolicy",
        holder: ["spec"],
        key: "persistentVolumeReclaimPolicy",
        byDefault: "Retain",
        when: "when its claim is deleted",
      },
    ],
  },
];

/** The fields of it that keep something else than they may. */
function losses(subject: Subject, allowed: Readonly<Record<Field["setting"], readonly string[]>>) {
  return fields.flatMap(({ kind, fields: own }) =>
    membersOf(subject, kind).flatMap((member) =>
      own.flatMap((field) => {
        const said = textAt(member.props, ...field.holder, field.key);
        const policy = said ?? (isPatch(subject) ? undefined : field.byDefault);
        if (policy === undefined || allowed[field.setting].includes(policy)) return [];
        return { props: member.props, field, policy };
      }),
    ),
  );
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
    for (const { field, policy } of losses(subject, config)) {
      report(
        `${[...field.holder, field.key].join(".")} is ${policy}: its data is lost ${field.when}`,
      );
    }
  },
  remediate: (subject, config) => {
    const wrong = losses(subject, config);
    for (const { props, field } of wrong) {
      const holder = at(props, ...field.holder);
      if (isObject(holder)) holder[field.key] = "Retain";
    }
    return wrong.length > 0;
  },
});
