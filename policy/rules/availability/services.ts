import { at, listAt, textAt } from "../../kit/json.ts";
import { containersOf, type Pod } from "../../kit/pods.ts";
import {
  plainSelectorAt,
  selects,
  selectorText,
  type Labels,
  type Selector,
} from "../../kit/selectors.ts";
import { ifKnown } from "../../kit/unknown.ts";
import { namespaceOf, isKind, titleOf, type Subject } from "../../kit/subject.ts";
import { membersOf, workloadsOf, type Template, type Workload } from "./parts.ts";

/** A way to pods. */
export interface Service {
  readonly part: "service";
  readonly subject: Subject;
  readonly namespace: string;
  /** Undefined while it is not known. */
  readonly name: string | undefined;
  /** Of the pods; without one others say where it leads. */
  readonly selector: Selector | undefined;
  /** Those that it sends to by name, like `TCP http`. */
  readonly ports: readonly string[];
}

/** Pods with the ports that they name. */
export type Reachable = (Workload | Template) & { readonly ports: readonly string[] };

function portText(port: unknown, key: string): string {
  return `${textAt(port, "protocol") ?? "TCP"} ${textAt(port, key) ?? ""}`;
}

export function servicesOf(subject: Subject): Service[] {
  return membersOf(subject, "Service").map((member) => {
    const spec = at(member.props, "spec");
    // The name of another host has no pods.
    const hasPods = textAt(spec, "type") !== "ExternalName";
    return {
      part: "service",
      subject: member,
      namespace: namespaceOf(member.props),
      name: ifKnown(() => textAt(member.props, "metadata", "name")),
      selector: hasPods ? plainSelectorAt(spec, "selector") : undefined,
      ports: listAt(spec, "ports")
        .filter((port) => textAt(port, "targetPort") !== undefined)
        .map((port) => portText(port, "targetPort")),
    };
  });
}

/** Init containers that end are never reached. */
export function portsOf(pod: Pod): string[] {
  return containersOf(pod)
    .filter(({ role }) => role === "container" || role === "sidecar")
    .flatMap(({ spec }) => listAt(spec, "ports"))
    .filter((port) => textAt(port, "name") !== undefined)
    .map((port) => portText(port, "name"));
}

/**
 * What a Service does not find among the pods of its namespace. Where the program has none there, nobody knows those of
 * others, unless what it asks for is in another namespace of this one.
 */
export function unserved(
  { selector, ports }: Service,
  near: readonly Reachable[],
  all: readonly Reachable[],
): string[] {
  if (selector === undefined) return [];
  const isSelected = ({ labels }: Reachable) => selects(selector, labels);
  const selected = near.filter(isSelected);
  if (selected.length === 0) {
    if (near.length === 0 && !all.some(isSelected)) return [];
    return [`selects no pods: none of its namespace has ${selectorText(selector)}`];
  }
  const known = new Set(selected.flatMap((one) => one.ports));
  const names = selected.map(({ subject }) => titleOf(subject)).join(", ");
  return ports
    .filter((port) => !known.has(port))
    .map((port) => `sends to the port ${port}, which no container of ${names} names`);
}

/** Pods that a Service gives their names, as those of a StatefulSet. */
export interface Named {
  readonly part: "named";
  readonly subject: Subject;
  readonly namespace: string;
  readonly labels: Labels;
  readonly serviceName: string | undefined;
}

export function namedOf(subject: Subject): Named[] {
  return workloadsOf(subject)
    .filter(({ subject: member }) => isKind(member, "apps/StatefulSet"))
    .map(({ subject: member, namespace, labels }) => ({
      part: "named",
      subject: member,
      namespace,
      labels,
      serviceName: textAt(member.props, "spec", "serviceName"),
    }));
}

/** Why its pods have no names, if they have none; where the program makes no Services, others do. */
export function unnamed(
  { serviceName, labels }: Named,
  services: readonly Service[],
): string | undefined {
  if (serviceName === undefined || services.length === 0) return undefined;
  const own = services.find(({ name }) => name === serviceName);
  if (own === undefined) {
    if (services.some(({ name }) => name === undefined)) return undefined;
    return `no Service of its namespace is named ${serviceName}, as its serviceName says`;
  }
  if (own.selector === undefined || selects(own.selector, labels)) return undefined;
  return `the Service ${serviceName} that its serviceName names does not select its pods`;
}
