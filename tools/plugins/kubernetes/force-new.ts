import type { JsonObject } from "../kit/json.ts";
import type { ProviderOptions } from "./options.ts";

/**
 * Fields that force a new object, by API group and kind, in the official provider's order of mind: what the API server
 * would refuse to change, or what it would change with surprising effect. "*" stands for any index.
 */
const containerFields = [
  "args",
  "command",
  "env",
  "image",
  "imagePullPolicy",
  "lifecycle",
  "livenessProbe",
  "ports",
  "readinessProbe",
  "resources",
  "securityContext",
  "stdin",
  "stdinOnce",
  "terminationMessagePath",
  "terminationMessagePolicy",
  "tty",
  "volumeDevices",
  "volumeMounts",
  "workingDir",
];

const podFields = [
  "affinity",
  "automountServiceAccountToken",
  "dnsConfig",
  "dnsPolicy",
  "enableServiceLinks",
  "hostAliases",
  "hostIPC",
  "hostNetwork",
  "hostPID",
  "hostname",
  "imagePullSecrets",
  "nodeName",
  "nodeSelector",
  "overhead",
  "preemptionPolicy",
  "priority",
  "priorityClassName",
  "readinessGates",
  "restartPolicy",
  "runtimeClassName",
  "schedulerName",
  "securityContext",
  "serviceAccount",
  "serviceAccountName",
  "shareProcessNamespace",
  "subdomain",
  "terminationGracePeriodSeconds",
  "volumes",
];

const volumeSources = [
  "awsElasticBlockStore",
  "azureDisk",
  "azureFile",
  "cephfs",
  "cinder",
  "csi",
  "fc",
  "flexVolume",
  "flocker",
  "gcePersistentDisk",
  "glusterfs",
  "hostPath",
  "iscsi",
  "local",
  "nfs",
  "photonPersistentDisk",
  "portworxVolume",
  "quobyte",
  "rbd",
  "scaleIO",
  "storageos",
  "vsphereVolume",
];

function inSpec(...fields: readonly string[]): string[] {
  return fields.map((field) => `spec.${field}`);
}

const rules: ReadonlyMap<string, readonly string[]> = new Map([
  ["apps/DaemonSet", inSpec("selector")],
  ["apps/Deployment", inSpec("selector")],
  [
    "apps/StatefulSet",
    inSpec(
      "podManagementPolicy",
      "revisionHistoryLimit",
      "selector",
      "serviceName",
      "volumeClaimTemplates",
    ),
  ],
  ["batch/Job", inSpec("completions", "parallelism", "selector", "template")],
  ["/PersistentVolume", inSpec(...volumeSources)],
  ["/PersistentVolumeClaim", inSpec("accessModes", "selector", "storageClassName", "volumeName")],
  [
    "/Pod",
    inSpec(
      ...podFields,
      ...containerFields.map((field) => `containers.*.${field}`),
      ...containerFields.map((field) => `initContainers.*.${field}`),
    ),
  ],
  ["/ResourceQuota", inSpec("scopes")],
  ["/Secret", ["type"]],
  ["/Service", inSpec("clusterIP")],
  ["rbac.authorization.k8s.io/ClusterRoleBinding", ["roleRef"]],
  ["rbac.authorization.k8s.io/RoleBinding", ["roleRef"]],
  ["storage.k8s.io/StorageClass", ["parameters", "provisioner"]],
]);

/** What makes an object another object. */
const identity = ["metadata.name", "metadata.namespace"];

type Mutability = Pick<ProviderOptions, "mutableConfigMaps" | "mutableSecrets">;

/** The data of ConfigMaps and Secrets counts as immutable, so that a change rolls the pods that use it. */
function dataFields(object: JsonObject, key: string, options: Mutability): string[] {
  const immutable = object["immutable"] === true;
  if (key === "/Secret" && (immutable || !options.mutableSecrets)) return ["stringData", "data"];
  if (key === "/ConfigMap" && (immutable || !options.mutableConfigMaps)) {
    return ["binaryData", "data"];
  }
  return [];
}

/** The fields of an object whose change forces a new one. */
export function forceNewFields(object: JsonObject, options: Mutability): string[] {
  const apiVersion = typeof object["apiVersion"] === "string" ? object["apiVersion"] : "";
  const group = apiVersion.includes("/") ? apiVersion.replace(/\/.*$/, "") : "";
  const kind = typeof object["kind"] === "string" ? object["kind"] : "";
  const key = `${group}/${kind}`;
  return [...identity, ...(rules.get(key) ?? []), ...dataFields(object, key, options)];
}

/** Fields of a *Patch resource: it can take over any others in place. */
export const forceNewPatchFields: readonly string[] = identity;
