import { claimRetention } from "../../../policy/rules/availability/claim-retention.ts";
import { withFields } from "../kit/change.ts";
import { unknown } from "../kit/evaluate.ts";
import { describeRule } from "../kit/rule-cases.ts";
import { deployment, objectOf } from "../kit/workloads.ts";
import { patchOf, statefulSet } from "./shop.ts";

const claims = "spec.persistentVolumeClaimRetentionPolicy";
const claimsOf = (key: string, policy: unknown) =>
  withFields(statefulSet, { [`${claims}.${key}`]: policy });
const classOf = (reclaimPolicy: unknown) =>
  objectOf("storage.k8s.io/StorageClass", { provisioner: "disk.example.com", reclaimPolicy });
const volumeOf = (spec: object) => objectOf("PersistentVolume", { spec });
const deletes = { whenDeleted: "Delete", whenScaled: "Delete" };
const config = { whenDeleted: ["Retain", "Delete"], reclaimPolicy: ["Retain", "Delete"] };
const byClaim = "reclaimPolicy is Delete: its data is lost when its claim is deleted";
const scaledDown = "whenScaled is Delete: its data is lost when it is scaled down";

describeRule(claimRetention, {
  passes: [
    ["a StatefulSet that keeps its claims", statefulSet],
    ["a StatefulSet that says nothing", withFields(statefulSet, { [claims]: undefined })],
    ["a StorageClass that keeps volumes", classOf("Retain")],
    ["a volume that is kept", volumeOf({ persistentVolumeReclaimPolicy: "Retain" })],
    ["a volume that says nothing, which is kept", volumeOf({})],
    ["a patch that says nothing", patchOf(classOf(undefined))],
    ["other kinds", deployment()],
    ["what the settings allow", classOf(undefined), config],
  ],
  fails: [
    ["claims that go with it", claimsOf("whenDeleted", "Delete"), "it is deleted or replaced"],
    ["claims that go with pods", claimsOf("whenScaled", "Delete"), `${claims}.${scaledDown}`],
    ["the same in a patch", patchOf(claimsOf("whenScaled", "Delete")), scaledDown],
    ["a StorageClass that deletes", classOf("Delete"), byClaim],
    ["a StorageClass that says nothing", classOf(undefined), byClaim],
    [
      "a volume that is emptied",
      volumeOf({ persistentVolumeReclaimPolicy: "Recycle" }),
      "spec.persistentVolumeReclaimPolicy is Recycle",
    ],
    ["what is not allowed", withFields(statefulSet, { [claims]: deletes }), scaledDown, config],
    ["an unknown policy", classOf(unknown), "reclaimPolicy is not known before the update"],
  ],
});
