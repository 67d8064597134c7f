import { describe, expect, it } from "vitest";
import { storageEncryption } from "../../../policy/rules/access/storage-encryption.ts";
import { evaluate, unknown } from "../kit/evaluate.ts";
import { clusterObject, listOf } from "./objects.ts";

function storageClass(provisioner: string, parameters?: object) {
  return clusterObject("storage.k8s.io/StorageClass", { provisioner, parameters });
}

const ebs = "ebs.csi.aws.com";
const disk = "pd.csi.storage.gke.io";

describe("storage-encryption", () => {
  it.each([
    ["EBS that is asked to", storageClass(ebs, { type: "gp3", encrypted: "true" })],
    ["EBS in other letters", storageClass(ebs, { encrypted: "True" })],
    ["EBS of the older driver", storageClass("kubernetes.io/aws-ebs", { encrypted: "true" })],
    ["disks of Google", storageClass(disk, { type: "pd-ssd" })],
    ["disks of Azure", storageClass("disk.csi.azure.com")],
  ])("accepts %s", (_, resource) => {
    expect(evaluate(storageEncryption, resource)).toEqual([]);
  });

  it.each([
    [
      "EBS without parameters",
      storageClass(ebs),
      'StorageClass cart: does not set parameters.encrypted to "true". Fix: ask',
    ],
    [
      "EBS that is not asked to",
      storageClass(ebs, { type: "gp3" }),
      "does not set parameters.encrypted",
    ],
    [
      "EBS that is asked not to",
      storageClass(ebs, { encrypted: "false" }),
      "does not set parameters.encrypted",
    ],
    [
      "directories of a node",
      storageClass("rancher.io/local-path"),
      "nothing says that volumes of rancher.io/local-path are encrypted",
    ],
    ["it in a list", listOf(storageClass(ebs)), "does not set"],
    ["an unknown provisioner", storageClass(unknown), "provisioner is not known before the update"],
  ])("refuses %s", (_, resource, problem) => {
    expect(evaluate(storageEncryption, resource)).toEqual([expect.stringContaining(problem)]);
  });

  it("lets the settings trust other provisioners", () => {
    const provisioner = "rancher.io/local-path";
    const trusted = [{ provisioner, reason: "the disks of the nodes are encrypted" }];
    expect(evaluate(storageEncryption, storageClass(provisioner), { trusted })).toEqual([]);
    expect(evaluate(storageEncryption, storageClass("other"), { trusted })).toHaveLength(1);
    expect(
      evaluate(storageEncryption, storageClass("other"), { encryptedAlways: ["other"] }),
    ).toEqual([]);
    const encryptedBy = { other: { parameter: "sealed", value: "yes" } };
    expect(evaluate(storageEncryption, storageClass("other"), { encryptedBy })).toHaveLength(1);
    expect(
      evaluate(storageEncryption, storageClass("other", { sealed: "yes" }), { encryptedBy }),
    ).toEqual([]);
  });

  it("asks for a key of the program's own where the settings want one, known or not", () => {
    const config = { ownKeys: true };
    expect(evaluate(storageEncryption, storageClass(disk, { type: "pd-ssd" }), config)).toEqual([
      expect.stringContaining("names no key of the program's own"),
    ]);
    const withKey = { "disk-encryption-kms-key": unknown };
    expect(evaluate(storageEncryption, storageClass(disk, withKey), config)).toEqual([]);
    const both = { encrypted: "true", kmsKeyId: unknown };
    expect(evaluate(storageEncryption, storageClass(ebs, both), config)).toEqual([]);
  });
});
