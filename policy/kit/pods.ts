import { at, isObject, listAt, textAt, type Path } from "./json.ts";
import type { Subject } from "./subject.ts";
import { ifKnown } from "./unknown.ts";

/** A pod that a resource is or makes. */
export interface Pod {
  readonly subject: Subject;
  /** Of its spec in the resource, like `spec.template.spec`. */
  readonly path: string;
  readonly spec: unknown;
  readonly metadata: unknown;
  /** Whether it ends by itself, as those of Jobs do. */
  readonly endsByItself: boolean;
}

/** How a container runs: beside the others until the pod ends, before them, or put in by hand. */
export type ContainerRole = "container" | "sidecar" | "init container" | "ephemeral container";

export interface Container {
  readonly pod: Pod;
  readonly role: ContainerRole;
  readonly name: string;
  /** Its fields; read with `at` and its siblings. */
  readonly spec: unknown;
}

/** Where each kind that Kubernetes itself has keeps its pod template. */
const templates: Readonly<Record<string, Path>> = {
  Pod: [],
  PodTemplate: ["template"],
  ReplicationController: ["spec", "template"],
  "apps/Deployment": ["spec", "template"],
  "apps/StatefulSet": ["spec", "template"],
  "apps/DaemonSet": ["spec", "template"],
  "apps/ReplicaSet": ["spec", "template"],
  "batch/Job": ["spec", "template"],
  "batch/CronJob": ["spec", "jobTemplate", "spec", "template"],
};
/** Groups of which the table above knows every kind with pods. */
const knownGroups = new Set(["", "apps", "batch", "policy", "networking.k8s.io", "autoscaling"]);
const endingKinds = ["Job", "CronJob"];

interface Place {
  readonly holder: unknown;
  readonly path: Path;
}

/** Custom resources hide pod templates at places of their own; how a pod looks gives them away. */
function findPods({ holder, path }: Place, depth = 0): Place[] {
  if (depth > 12) return [];
  const spec = ifKnown(() => at(holder, "spec"));
  const first: unknown = ifKnown(() => listAt(spec, "containers")[0]);
  if (isObject(first)) return [{ holder, path }];
  if (Array.isArray(holder)) {
    return Object.keys(holder).flatMap((i) => {
      const item: unknown = ifKnown(() => at(holder, Number(i)));
      return findPods({ holder: item, path: [...path, i] }, depth + 1);
    });
  }
  if (!isObject(holder)) return [];
  return Object.keys(holder).flatMap((key) =>
    findPods({ holder: ifKnown(() => holder[key]), path: [...path, key] }, depth + 1),
  );
}

function placesOf(props: unknown, group: string, kind: string): Place[] {
  const listed = /^(.+)List$/.exec(kind)?.[1];
  if (listed !== undefined) {
    return listAt(props, "items").flatMap((item, i) =>
      placesOf(item, group, listed).map(({ holder, path }) => ({
        holder,
        path: ["items", i, ...path],
      })),
    );
  }
  const path = templates[group === "" ? kind : `${group}/${kind}`];
  if (path === undefined)
    return knownGroups.has(group) ? [] : findPods({ holder: props, path: [] });
  const holder = at(props, ...path);
  return holder === undefined ? [] : [{ holder, path }];
}

/** The pods of any kind of resource: one of Kubernetes itself, a list of them, or a custom one. */
export function podsOf(subject: Subject): Pod[] {
  const { props, group, kind } = subject;
  if (group === undefined) return [];
  return placesOf(props, group, kind).map(({ holder, path }) => ({
    subject,
    path: [...path, "spec"].join("."),
    spec: at(holder, "spec"),
    metadata: at(holder, "metadata"),
    endsByItself: endingKinds.includes(kind),
  }));
}

function roleOfInit(spec: unknown): ContainerRole {
  return textAt(spec, "restartPolicy") === "Always" ? "sidecar" : "init container";
}

/** All containers of a pod, those that run first and those put in by hand too. */
export function containersOf(pod: Pod): Container[] {
  const container = (role: ContainerRole, spec: unknown, i: number): Container => ({
    pod,
    role,
    name: textAt(spec, "name") ?? String(i),
    spec,
  });
  return [
    ...listAt(pod.spec, "initContainers").map((spec, i) => container(roleOfInit(spec), spec, i)),
    ...listAt(pod.spec, "containers").map((spec, i) => container("container", spec, i)),
    ...listAt(pod.spec, "ephemeralContainers").map((spec, i) =>
      container("ephemeral container", spec, i),
    ),
  ];
}

/** Whether it is meant to run as long as its pod, and the pod for ever. */
export function isLongRunning({ role, pod }: Container): boolean {
  return role === "sidecar" || (role === "container" && !pod.endsByItself);
}
