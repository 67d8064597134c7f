import { at, isPresent, listAt, textAt, type Path } from "./json.ts";
import type { Subject } from "./subject.ts";
import { ifKnown } from "./unknown.ts";

/** A pod that a resource is or makes. */
export interface Pod {
  readonly subject: Subject;
  readonly path: string;
  readonly spec: unknown;
  readonly metadata: unknown;
  readonly endsByItself: boolean;
}

/** How a container runs: beside the others until the pod ends, before them, or put in by hand. */
export type ContainerRole = "container" | "sidecar" | "init container" | "ephemeral container";

export interface Container {
  readonly pod: Pod;
  readonly role: ContainerRole;
  readonly name: string;
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

/** Workloads of the group apps start their containers again, and take no other policy. */
function endsByItself({ group }: Subject, spec: unknown): boolean {
  if (group === "apps" || group === "batch") return group === "batch";
  const policy = ifKnown(() => textAt(spec, "restartPolicy"));
  return policy === "Never" || policy === "OnFailure";
}

/** The pod that a resource is or makes; empty for kinds without pods. */
export function podsOf(subject: Subject): Pod[] {
  const { props, group, kind } = subject;
  const template =
    group === undefined ? undefined : templates[group === "" ? kind : `${group}/${kind}`];
  if (template === undefined) return [];
  const holder = at(props, ...template);
  const spec = at(holder, "spec");
  if (!isPresent(spec)) return [];
  return [
    {
      subject,
      path: [...template, "spec"].join("."),
      spec,
      get metadata() {
        return at(holder, "metadata");
      },
      get endsByItself() {
        return endsByItself(subject, spec);
      },
    },
  ];
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
