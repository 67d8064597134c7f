import { cisAws, kubernetesDocs } from "../../kit/frameworks.ts";
import { at, textAt } from "../../kit/json.ts";
import { resourceRule } from "../../kit/resource-rule.ts";

export const tokenSecrets = resourceRule({
  name: "token-secrets",
  title: "No token of a ServiceAccount lies in a Secret",
  why: "Such a token never ends: whoever has read it once is that ServiceAccount until somebody deletes the Secret.",
  fix: "remove the Secret, and mount a projected serviceAccountToken volume or run `kubectl create token` instead",
  severity: "high",
  frameworks: [kubernetesDocs("Service Accounts, manually managing Secrets")],
  kinds: ["Secret"],
  check: ({ props }, report) => {
    if (at(props, "type") === "kubernetes.io/service-account-token") {
      report("holds a token of a ServiceAccount that never ends");
    }
  },
});

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
  kinds: ["storage.k8s.io/StorageClass"],
  check: ({ props }, report) => {
    const provisioner = textAt(props, "provisioner") ?? "";
    if (ofAmazon.includes(provisioner)) {
      const asked = textAt(props, "parameters", "encrypted")?.toLowerCase();
      if (asked !== "true") report('does not set parameters.encrypted to "true"');
    } else if (!always.includes(provisioner)) {
      report(`nothing says that volumes of ${provisioner} are encrypted`);
    }
  },
});
