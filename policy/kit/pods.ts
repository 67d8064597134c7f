import { at, isObject, isPresent, listAt, textAt, type Path } from "./json.ts";
import { isKind, type Subject } from "./subject.ts";
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
  readonly spec: unknown;
  /** What has the spec and the metadata. */
  readonly holder: unknown;
  readonly path: Path;
}

/** Where kinds keep the specs of their pods, for those that looks don't give away: a setting of every rule about pods. */
export interface PodTemplate {
  /** `argoproj.io/Workflow` */
  readonly kind: string;
  /** Paths of pod specs, `*` for each item of a list; empty for a kind that has no pods. */
  readonly specs: readonly string[];
}

/** Whether these are containers: objects, or a list that nobody knows yet and that has to be judged. */
function looksLikeContainers(containers: unknown, underSpec: boolean): boolean {
  if (!Array.isArray(containers)) return false;
  const first: unknown = ifKnown(() => listAt(containers)[0]);
  if (isObject(first)) return underSpec || "image" in first;
  return underSpec && containers.length > 0 && first === undefined;
}

/** One container alone, as kinds have it that run a single command, or a list of them. */
function looksLikePodSpec(value: unknown, underSpec: boolean): boolean {
  if (!isObject(value)) return false;
  if ("containers" in value) {
    const containers = ifKnown(() => at(value, "containers"));
    return containers === undefined ? underSpec : looksLikeContainers(containers, underSpec);
  }
  const single = ifKnown(() => at(value, "container"));
  return isObject(single) && "image" in single;
}

/** Custom resources hide pod templates at places of their own; how a pod looks gives them away. */
function findPods(value: unknown, path: Path = [], holder?: unknown): Place[] {
  const key = path.at(-1);
  const found = looksLikePodSpec(value, key === "spec") ? [{ spec: value, holder, path }] : [];
  const keys: (string | number)[] = Array.isArray(value)
    ? [...value.keys()]
    : Object.keys(isObject(value) ? value : {});
  const inner = keys.flatMap((next) =>
    findPods(
      ifKnown(() => at(value, next)),
      [...path, next],
      value,
    ),
  );
  return [...found, ...inner];
}

/** The specs at a path like `spec.templates.*`. */
function followed({ spec, holder, path }: Place, rest: readonly string[]): Place[] {
  const [key, ...more] = rest;
  if (!isPresent(spec)) return [];
  if (key === undefined) return [{ spec, holder, path }];
  const keys = key === "*" ? [...listAt(spec).keys()] : [key];
  return keys.flatMap((next) =>
    followed({ spec: at(spec, next), holder: spec, path: [...path, next] }, more),
  );
}

function placesOf(props: unknown, group: string, kind: string): Place[] {
  const listed = /^(.+)List$/.exec(kind)?.[1];
  if (listed !== undefined) {
    return listAt(props, "items").flatMap((item, i) =>
      placesOf(item, group, listed).map((place) => ({
        ...place,
        path: ["items", i, ...place.path],
      })),
    );
  }
  const path = templates[group === "" ? kind : `${group}/${kind}`];
  // A list may hold anything.
  const isKnown = knownGroups.has(group) && kind !== "List";
  if (path === undefined) return isKnown ? [] : findPods(props);
  const holder = at(props, ...path);
  const spec = at(holder, "spec");
  return isPresent(spec) ? [{ spec, holder, path: [...path, "spec"] }] : [];
}

/** The pods of any kind of resource: one of Kubernetes itself, a list of them, or a custom one. */
export function podsOf(subject: Subject, named: readonly PodTemplate[] = []): Pod[] {
  const { props, group, kind } = subject;
  if (group === undefined) return [];
  const specs = named.find((template) => isKind(subject, template.kind))?.specs;
  const places =
    specs?.flatMap((path) =>
      followed({ spec: props, holder: undefined, path: [] }, path.split(".")),
    ) ?? placesOf(props, group, kind);
  return places.map(({ spec, holder, path }) => ({
    subject,
    path: path.join("."),
    spec,
    // Read only by rules that ask for it.
    get metadata() {
      return at(holder, "metadata");
    },
    endsByItself: endingKinds.includes(kind.replace(/List$/, "")),
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
  const single = at(pod.spec, "container");
  return [
    ...listAt(pod.spec, "initContainers").map((spec, i) => container(roleOfInit(spec), spec, i)),
    ...listAt(pod.spec, "containers").map((spec, i) => container("container", spec, i)),
    ...(isObject(single) ? [container("container", single, 0)] : []),
    ...listAt(pod.spec, "ephemeralContainers").map((spec, i) =>
      container("ephemeral container", spec, i),
    ),
  ];
}

/** Whether it is meant to run as long as its pod, and the pod for ever. */
export function isLongRunning({ role, pod }: Container): boolean {
  return role === "sidecar" || (role === "container" && !pod.endsByItself);
}

/** Linux's ways of confining a container don't exist there, and Kubernetes refuses a pod that names them. */
export function runsOnWindows({ spec }: Pod): boolean {
  return textAt(spec, "os", "name") === "windows";
}
