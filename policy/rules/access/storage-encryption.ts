import { cisAws } from "../../kit/frameworks.ts";
import { textAt } from "../../kit/json.ts";
import { resourceRule } from "../../kit/resource-rule.ts";
import { isKind } from "../../kit/subject.ts";

/** Provisioners that encrypt if they are asked to. */
const ofAmazon = ["ebs.csi.aws.com", "ebs.csi.eks.amazonaws.com"];
/** Provisioners whose cloud encrypts every volume. */
const always = ["pd.csi.storage.gke.io", "filestore.csi.storage.gke.io"];

export const storageEncryption = resourceRule({
  name: "storage-encryption",
  title: "Volumes of every StorageClass are encrypted",
  why: "A volume outlives its pod as snapshots and returned disks, which others can read if it is not encrypted.",
  fix: 'ask for encryption in parameters, as `encrypted: "true"` for EBS, or exempt the class with the reason why its volumes need none',
  severity: "high",
  frameworks: [cisAws("Ensure EBS Volume Encryption is Enabled in all Regions")],
  check: (subject, report) => {
    if (!isKind(subject, "storage.k8s.io/StorageClass")) return;
    const provisioner = textAt(subject.props, "provisioner") ?? "";
    if (ofAmazon.includes(provisioner)) {
      const asked = textAt(subject.props, "parameters", "encrypted")?.toLowerCase();
      if (asked !== "true") report('does not set parameters.encrypted to "true"');
    } else if (!always.includes(provisioner)) {
      report(`nothing says that volumes of ${provisioner} are encrypted`);
    }
  },
});
