import { podSecurityLabels } from "../../../policy/rules/access/guarded-namespaces.ts";
import { storageEncryption, tokenSecrets } from "../../../policy/rules/access/kept-data.ts";
import { unknown } from "../kit/evaluate.ts";
import { describeRule } from "../kit/rule-cases.ts";
import { objectOf } from "../kit/workloads.ts";
import { clusterObject, namespaceObject, patchOf } from "./objects.ts";

const label = "pod-security.kubernetes.io/enforce";
const enforcing = (level: string) => namespaceObject("shop", { [label]: level });
const pinned = (version: string) =>
  namespaceObject("shop", { [label]: "restricted", [`${label}-version`]: version });
const warning = { "pod-security.kubernetes.io/warn": "restricted" };

describeRule(podSecurityLabels, {
  passes: [
    ["a namespace that enforces the strictest level", enforcing("restricted")],
    ["standards of the newest version", pinned("latest")],
    ["a patch of something else", patchOf(namespaceObject("shop", { team: "shop" }))],
  ],
  fails: [
    ["no such label", namespaceObject("shop", {}), "enforces no Pod Security level, which must be"],
    ["warnings alone", namespaceObject("shop", warning), "enforces no Pod Security level"],
    ["a lower level", enforcing("baseline"), "level baseline, which must be restricted"],
    ["an unknown word", enforcing("strict"), "level strict, which must be restricted"],
    ["a patch to less", patchOf(enforcing("privileged")), "level privileged, which must be"],
    ["old standards", pinned("v1.24"), "enforces the standards of v1.24, which must be latest"],
  ],
});

const secret = (type: unknown) => objectOf("Secret", { type, data: { token: unknown } });

describeRule(tokenSecrets, {
  passes: [
    ["a Secret without a type", secret(undefined)],
    ["a certificate", secret("kubernetes.io/tls")],
  ],
  fails: [
    ["a token", secret("kubernetes.io/service-account-token"), "holds a token of a ServiceAccount"],
  ],
});

function storageClass(provisioner: string, parameters?: object) {
  return clusterObject("storage.k8s.io/StorageClass", { provisioner, parameters });
}

const ebs = "ebs.csi.aws.com";
const notAsked = 'does not set parameters.encrypted to "true"';

describeRule(storageEncryption, {
  passes: [
    ["EBS that is asked to", storageClass(ebs, { type: "gp3", encrypted: "True" })],
    ["disks of Google", storageClass("pd.csi.storage.gke.io", { type: "pd-ssd" })],
  ],
  fails: [
    ["EBS without parameters", storageClass(ebs), notAsked],
    ["EBS that is asked not to", storageClass(ebs, { encrypted: "false" }), notAsked],
    ["folders of a node", storageClass("rancher.io/local-path"), "nothing says that volumes of ra"],
  ],
});
