import { at, listAt, textAt } from "../../kit/json.ts";
import { containersOf, type Pod } from "../../kit/pods.ts";
import { plainSelectorAt, selects, selectorText, type Selector } from "../../kit/selectors.ts";
import { ifKnown } from "../../kit/unknown.ts";
import { namespaceOf, isKind, titleOf, type Subject } from "../../kit/subject.ts";
import { otherPodsOf, workloadsOf, type Workload } from "./parts.ts";

/** A way to pods. */
export interface Service {
  readonly namespace: string;
  /** Undefined while it is not known. */
  readonly name: string | undefined;
  /** Of the pods; without one others say where it leads. */
  readonly selector: Selector | undefined;
  /** Those that it sends to by name, like `TCP http`. */
  readonly ports: readonly string[];
}

/** Pods as Services reach them. */
export interface Reachable extends Workload {
  /** Those that they name. */
  readonly ports: readonly string[];
  /** The Service that gives the pods of a StatefulSet their names. */
  readonly serviceName: string | undefined;
}

/** The ports of which a field is a name. */
function portsBy(key: string, ports: readonly unknown[]): string[] {
  return ports
    .filter((port) => textAt(port, key) !== undefined)
    .map((port) => `${textAt(port, "protocol") ?? "TCP"} ${textAt(port, key) ?? ""}`);
}

export function servicesOf(subject: Subject): Service[] {
  if (!isKind(subject, "Service")) return [];
  const spec = at(subject.props, "spec");
  // The name of another host has no pods.
  const hasPods = textAt(spec, "type") !== "ExternalName";
  return [
    {
      namespace: namespaceOf(subject.props),
      name: ifKnown(() => textAt(subject.props, "metadata", "name")),
      selector: hasPods ? plainSelectorAt(spec, "selector") : undefined,
      ports: portsBy("targetPort", listAt(spec, "ports")),
    },
  ];
}

/** Init containers that end are never reached. */
function portsOf(pod: Pod): string[] {
  return containersOf(pod)
    .filter(({ role }) => role === "container" || role === "sidecar")
    .flatMap(({ spec }) => portsBy("name", listAt(spec, "ports")));
}

export function reachableOf(subject: Subject): Reachable[] {
  const isNamed = isKind(subject, "apps/StatefulSet");
  return [...workloadsOf(subject), ...otherPodsOf(subject)].map((one) => ({
    ...one,
    ports: portsOf(one.pod),
    serviceName: isNamed ? textAt(subject.props, "spec", "serviceName") : undefined,
  }));
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

/** Why its pods have no names, if they have none; where the program makes no Services, others do. */
export function unnamed(
  { serviceName, labels }: Reachable,
  services: readonly Service[],
): string[] {
  if (serviceName === undefined || services.length === 0) return [];
  const own = services.find(({ name }) => name === serviceName);
  if (own === undefined) {
    if (services.some(({ name }) => name === undefined)) return [];
    return [`no Service of its namespace is named ${serviceName}, as its serviceName says`];
  }
  if (own.selector === undefined || selects(own.selector, labels)) return [];
  return [`the Service ${serviceName} that its serviceName names does not select its pods`];
}
