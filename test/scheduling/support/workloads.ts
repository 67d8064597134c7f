import {
  isObject,
  listAt,
  objectAt,
  textAt,
  without,
  type JsonObject,
} from "../../../tools/plugins/kit/json.ts";
import { goldenResources, type StackName } from "./golden-cloud.ts";

/** A pod template with the name of what it belongs to. */
export interface Workload {
  readonly name: string;
  readonly kind: string;
  readonly namespace: string;
  readonly labels: JsonObject;
  readonly spec: JsonObject;
}

const kinds = ["Deployment", "StatefulSet", "Job"];

/** Everything of a stack that makes pods but DaemonSets, which go where nodes are. */
export function workloadsOf(stack: StackName): Workload[] {
  return goldenResources(stack)
    .filter(({ inputs }) => kinds.includes(textAt(inputs, "kind") ?? ""))
    .map(({ inputs }) => ({
      name: textAt(inputs, "metadata", "name") ?? "",
      kind: textAt(inputs, "kind") ?? "",
      namespace: textAt(inputs, "metadata", "namespace") ?? "",
      labels: objectAt(inputs, "spec", "template", "metadata", "labels") ?? {},
      spec: objectAt(inputs, "spec", "template", "spec") ?? {},
    }));
}

function volumesOf(spec: JsonObject): JsonObject[] {
  const mounts = [...listAt(spec, "containers"), ...listAt(spec, "initContainers")].flatMap(
    (container) => listAt(container, "volumeMounts"),
  );
  const names = new Set(mounts.map((mount) => textAt(mount, "name") ?? ""));
  return [...names].map((name) => ({ name, emptyDir: {} }));
}

/** What a pod says of where it may run, and nothing that would keep it from being made. */
function placeable(spec: JsonObject): JsonObject {
  const bare = without(spec, "serviceAccountName", "volumes", "restartPolicy", "hostname");
  const containers = ["containers", "initContainers"].map((key): [string, JsonObject[]] => [
    key,
    listAt(spec, key)
      .filter(isObject)
      .map((container) => without(container, "env", "envFrom")),
  ]);
  return {
    ...bare,
    ...Object.fromEntries(containers),
    volumes: volumesOf(spec),
    automountServiceAccountToken: false,
    terminationGracePeriodSeconds: 0,
  };
}

/** A pod of a workload that asks, beside all that its template asks, for one pool. */
export function pinnedPod(workload: Workload, pool: string, namespace: string): JsonObject {
  const spec = placeable(workload.spec);
  const term = { key: "framewright.dev/pool", operator: "In", values: [pool] };
  const hard = "requiredDuringSchedulingIgnoredDuringExecution";
  const own = listAt(spec, "affinity", "nodeAffinity", hard, "nodeSelectorTerms").filter(isObject);
  const terms = (own.length === 0 ? [{}] : own).map((one) => ({
    ...one,
    matchExpressions: [...listAt(one, "matchExpressions"), term],
  }));
  const nodeAffinity = { [hard]: { nodeSelectorTerms: terms } };
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name: `${workload.name}-on-${pool}`,
      namespace,
      labels: { workload: workload.name },
    },
    spec: { ...spec, affinity: { ...objectAt(spec, "affinity"), nodeAffinity } },
  };
}

/** A pod of a workload as it is. */
export function plainPod(workload: Workload, name: string, namespace: string): JsonObject {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace, labels: workload.labels },
    spec: placeable(workload.spec),
  };
}

interface ModelArgs {
  readonly name: string;
  readonly gpu: string;
  readonly namespace: string;
  readonly slices?: string;
  /** Space on the node's disk. */
  readonly disk?: string;
}

/** A pod of an AI model service, which the platform has no Deployments of yet: a slice of a named GPU. */
export function modelWorkload({ name, gpu, namespace, slices = "1", disk }: ModelArgs): Workload {
  const space: JsonObject = disk === undefined ? {} : { "ephemeral-storage": disk };
  const resources = {
    requests: { cpu: "1", memory: "4Gi", "nvidia.com/gpu": slices, ...space },
    limits: { cpu: "2", memory: "8Gi", "nvidia.com/gpu": slices },
  };
  const tolerations = ["nvidia.com/gpu", "cloud.google.com/compute-class"].map((key) => ({
    key,
    operator: "Exists",
  }));
  const securityContext = {
    allowPrivilegeEscalation: false,
    capabilities: { drop: ["ALL"] },
    runAsNonRoot: true,
    seccompProfile: { type: "RuntimeDefault" },
  };
  const container = {
    name: "model",
    image: "simulated.invalid/model:1",
    resources,
    securityContext,
  };
  return {
    name,
    kind: "Deployment",
    namespace,
    labels: { app: name },
    spec: { nodeSelector: { "framewright.dev/gpu": gpu }, tolerations, containers: [container] },
  };
}

/** A pod that takes any GPU, so that the order of the pools alone decides which it gets. */
export function anyGpuWorkload(namespace: string): Workload {
  const model = modelWorkload({ name: "any", gpu: "any", namespace });
  const nodeSelector = { "framewright.dev/pool-kind": "gpu" };
  return { ...model, spec: { ...model.spec, nodeSelector } };
}
