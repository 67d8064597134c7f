import { Type } from "typebox";
import { cisKubernetes, podSecurityBaseline } from "../../kit/frameworks.ts";
import { isPresent, textAt } from "../../kit/json.ts";
import { resourceRule } from "../../kit/resource-rule.ts";
import { isKind } from "../../kit/subject.ts";
import { isBelow } from "./node-paths.ts";

/** Folders that a node needs itself; a disk that it has for volumes is mounted elsewhere. */
const ofNode = [
  ...["/bin", "/boot", "/dev", "/etc", "/home", "/lib", "/lib64", "/proc", "/root", "/run"],
  ...["/sbin", "/sys", "/usr", "/var/lib/cni", "/var/lib/containerd", "/var/lib/docker"],
  ...["/var/lib/etcd", "/var/lib/kubelet", "/var/lib/rancher", "/var/log", "/var/run"],
];

/** Whether it is in one of those, or has one of them in it. */
function isOfNode(path: string): boolean {
  return (
    path.split("/").includes("..") || ofNode.some((one) => isBelow(path, one) || isBelow(one, path))
  );
}

/** The folder that a volume is, where that is no disk of its own. */
function folderOf(fields: unknown): string | undefined {
  if (isPresent(fields, "spec", "hostPath"))
    return textAt(fields, "spec", "hostPath", "path") ?? "";
  const local = textAt(fields, "spec", "local", "path");
  return local !== undefined && isOfNode(local) ? local : undefined;
}

export const hostVolumes = resourceRule({
  name: "host-volumes",
  title: "No PersistentVolume is a folder of a node",
  why: "A pod that may mount no folder of its node gets one all the same by a claim, which no rule about pods can see.",
  fix: "let a StorageClass make the volume, or take spec.local for a disk that a node has for this",
  severity: "high",
  frameworks: [
    podSecurityBaseline("HostPath Volumes"),
    cisKubernetes("Minimize the admission of HostPath volumes"),
  ],
  config: Type.Object({
    allowed: Type.Array(
      Type.Object(
        {
          path: Type.String({
            description: "Folder of the node; what is below it is allowed too.",
          }),
          reason: Type.String({ minLength: 10, description: "Why volumes may be there." }),
        },
        { additionalProperties: false },
      ),
      { default: [], description: "Folders of nodes that volumes may be." },
    ),
  }),
  check: (subject, report, { allowed }) => {
    if (!isKind(subject, "PersistentVolume")) return;
    const path = folderOf(subject.props);
    if (path === undefined || allowed.some((one) => isBelow(path, one.path))) return;
    report(`is ${path} of its node`);
  },
});
