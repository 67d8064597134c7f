import { findPods, ownHolders, type Place } from "./custom-pods.ts";
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
  /** Whether it is only a part of one, whose containers a custom resource keeps elsewhere. */
  readonly isPart: boolean;
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
/** Groups of which the table above knows every kind with pods, and those whose objects only speak of pods. */
const knownGroups = new Set([
  ...["", "apps", "batch", "policy", "autoscaling", "networking.k8s.io"],
  ...["admissionregistration.k8s.io", "apiextensions.k8s.io", "apiregistration.k8s.io"],
  ...["certificates.k8s.io", "coordination.k8s.io", "discovery.k8s.io", "events.k8s.io"],
  ...["flowcontrol.apiserver.k8s.io", "gateway.networking.k8s.io", "node.k8s.io"],
  ...["rbac.authorization.k8s.io", "resource.k8s.io", "scheduling.k8s.io", "storage.k8s.io"],
  ...["constraints.gatekeeper.sh", "mutations.gatekeeper.sh", "templates.gatekeeper.sh"],
  ...["kyverno.io", "policies.kyverno.io"],
]);
/** Kinds whose pods do one thing: Jobs, whatever group has them, and what Argo, Tekton and Spark call so. */
const endingKind =
  /(?:Job|JobSet|Workflow|WorkflowTemplate|Task|TaskRun|PipelineRun|SparkApplication)(?:List)?$/;

/** Where kinds keep the specs of their pods, for those that looks don't give away: a setting of every rule about pods. */
export interface PodTemplate {
  /** `argoproj.io/Workflow` */
  readonly kind: string;
  /** Paths of pod specs, `*` for each item of a list; empty for a kind that has no pods. */
  readonly specs: readonly string[];
}

/** The specs at a path like `spec.templates.*`. */
function followed({ spec, holder, path }: Place, rest: readonly string[]): Place[] {
  const [key, ...more] = rest;
  if (!isPresent(spec)) return [];
  if (key === undefined) return [{ spec, holder, path, isPart: false }];
  const keys = key === "*" ? [...listAt(spec).keys()] : [key];
  return keys.flatMap((next) =>
    followed({ spec: at(spec, next), holder: spec, path: [...path, next], isPart: false }, more),
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
  return isPresent(spec) ? [{ spec, holder, path: [...path, "spec"], isPart: false }] : [];
}

/** Workloads of the group apps start their containers again, and take no other policy. */
function endsByItself({ group, kind }: Subject, spec: unknown): boolean {
  if (endingKind.test(kind)) return true;
  const policy = ifKnown(() => textAt(spec, "restartPolicy"));
  return group !== "apps" && (policy === "Never" || policy === "OnFailure");
}

/** The pods of any kind of resource, and parts of them. */
export function podsAndParts(subject: Subject, named: readonly PodTemplate[] = []): Pod[] {
  const { props, group, kind } = subject;
  if (group === undefined) return [];
  const specs = named.find((template) => isKind(subject, template.kind))?.specs;
  const places =
    specs?.flatMap((path) =>
      followed({ spec: props, holder: undefined, path: [], isPart: false }, path.split(".")),
    ) ?? placesOf(props, group, kind);
  return places.map(({ spec, holder, path, isPart }) => ({
    subject,
    path: path.join("."),
    spec,
    isPart,
    // Read only by rules that ask for it.
    get metadata() {
      return at(holder, "metadata");
    },
    get endsByItself() {
      return endsByItself(subject, spec);
    },
  }));
}

/** The pods of any kind of resource: one of Kubernetes itself, a list of them, or a custom one. */
export function podsOf(subject: Subject, named: readonly PodTemplate[] = []): Pod[] {
  return podsAndParts(subject, named).filter(({ isPart }) => !isPart);
}

function roleOfInit(spec: unknown): ContainerRole {
  return textAt(spec, "restartPolicy") === "Always" ? "sidecar" : "init container";
}

function isImageRun(spec: unknown): boolean {
  return isObject(spec) && "image" in spec;
}

/** All containers of a pod, those that run first and those put in by hand too. */
export function containersOf(pod: Pod): Container[] {
  const container = (role: ContainerRole, spec: unknown, i: number): Container => ({
    pod,
    role,
    name: textAt(spec, "name") ?? String(i),
    spec,
  });
  const isKnown = knownGroups.has(pod.subject.group ?? "");
  const others = (isKnown ? [] : ownHolders).flatMap((key) => {
    const found = at(pod.spec, key);
    const listed = Array.isArray(found) ? listAt(found) : [found];
    return listed.flatMap((spec, i) => (isImageRun(spec) ? [container("container", spec, i)] : []));
  });
  return [
    ...listAt(pod.spec, "initContainers").map((spec, i) => container(roleOfInit(spec), spec, i)),
    ...listAt(pod.spec, "containers").map((spec, i) => container("container", spec, i)),
    ...others,
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
