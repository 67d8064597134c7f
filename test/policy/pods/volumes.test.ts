import { hostPaths, hostVolumes, volumeTypes } from "../../../policy/rules/pods/volumes.ts";
import { unknown } from "../kit/evaluate.ts";
import { describeRule, type Failing } from "../kit/rule-cases.ts";
import { container, objectOf, podWith } from "../kit/workloads.ts";

const folder = "/var/lib/devices";
const reason = "it makes its socket there";

function mounting(path: unknown, readOnly?: boolean) {
  const volumeMounts = [{ name: "node", mountPath: "/node", readOnly }];
  return podWith({
    volumes: [{ name: "node", hostPath: { path } }],
    containers: [container(), container({ name: "reader", volumeMounts })],
  });
}
const allowed = (changes: object = {}) => ({ allowed: [{ path: folder, reason, ...changes }] });
const read = mounting(folder, true);

describeRule(hostPaths, {
  passes: [
    ["an allowed folder", read, allowed()],
    ["what is below it", mounting(`${folder}/gpu/`, true), allowed()],
    ["writing where that is allowed", mounting(folder), allowed({ writable: true })],
    ["pods of whom it is allowed", read, allowed({ namespace: "sh*", name: "cart" })],
  ],
  fails: [
    ["a folder", mounting("/etc", true), "mounts /etc of its node. Fix"],
    ["all of the node", mounting("/"), "mounts / of its node"],
    ["a folder beside an allowed one", mounting(`${folder}-x`, true), "mounts", allowed()],
    ["a folder above it", mounting("/var/lib", true), "mounts /var/lib of its", allowed()],
    ["a way out of it", mounting(`${folder}/../kubelet`, true), "/../kubelet", allowed()],
    ["writing to it", mounting(folder), `container "reader" write to ${folder}`, allowed()],
    ["pods of another namespace", read, "mounts", allowed({ namespace: "other" })],
    ["pods of another object", read, "mounts", allowed({ name: "other" })],
  ],
});

function volume(source: object) {
  const spec = { capacity: { storage: "1Gi" }, accessModes: ["ReadWriteOnce"], ...source };
  return objectOf("PersistentVolume", { spec }, { name: "data", namespace: undefined });
}
const at = (path: unknown) => volume({ hostPath: { path } });
const local = (path: string) => volume({ local: { path } });

describeRule(hostVolumes, {
  passes: [
    ["a disk of a cloud", volume({ csi: { driver: "ebs.csi.aws.com", volumeHandle: "vol-1" } })],
    ["another kind", objectOf("ConfigMap", { spec: { hostPath: { path: "/" } } })],
  ],
  fails: [
    ["a folder", at("/srv/data"), `PersistentVolume data: is /srv/data of its node. Fix: let a`],
    ...["/", "/etc", "/var/lib/kubelet/pods", "/var", "//var/run/", "/home/../etc"].map(
      (path): Failing => [`the node's own ${path}`, local(path), `is ${path} of its node`],
    ),
  ],
});

const volumes = (...all: object[]) =>
  podWith({ volumes: all.map((one, i) => ({ name: `v${i}`, ...one })) });
const nfs = { nfs: { server: "files", path: "/" } };
const safe = [
  ...["configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "image"],
  ...["persistentVolumeClaim", "projected"],
];

describeRule(volumeTypes, {
  passes: [
    ["the types of Pod Security", volumes(...safe.map((type) => ({ [type]: {} })))],
    ["a type of unknown content", volumes({ secret: unknown })],
    ["a folder of the node, which host-paths is about", volumes({ hostPath: {} })],
    ["no type, which is an emptyDir", volumes({}, { nfs: null })],
    ["no volumes", podWith({ volumes: undefined })],
  ],
  fails: [
    ["a server", volumes({ emptyDir: {} }, nfs), 'mounts the volume "v1" of type nfs'],
    ["a repository", volumes({ gitRepo: { repository: "x" } }), "of type gitRepo"],
    ["another type of unknown content", volumes({ nfs: unknown }), "of type nfs"],
  ],
});
