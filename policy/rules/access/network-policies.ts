import { Type } from "typebox";
import { isPresent, listAt, numberAt, textAt, textsAt, type Path } from "../../kit/json.ts";
import { labelSelectorAt } from "../../kit/selectors.ts";

export const networkPolicyKind = "networking.k8s.io/NetworkPolicy";

export type Direction = "Ingress" | "Egress";

export interface Edge {
  readonly direction: Direction;
  readonly path: string;
  readonly fields: unknown;
  readonly way: "from" | "to";
  readonly peers: readonly unknown[];
}

const sides = [
  { direction: "Ingress", key: "ingress", way: "from" },
  { direction: "Egress", key: "egress", way: "to" },
] as const;

export function edgesOf(policy: unknown): Edge[] {
  return sides.flatMap(({ direction, key, way }) =>
    listAt(policy, "spec", key).map((fields, i) => ({
      direction,
      path: `spec.${key}.${i}`,
      fields,
      way,
      peers: listAt(fields, way),
    })),
  );
}

/** Whether a selector lets everything through, as an empty one does and one that is not there. */
export function selectsAll(holder: unknown, ...path: Path): boolean {
  return (labelSelectorAt(holder, ...path) ?? []).length === 0;
}

/** A label that every namespace has. */
const labelOfAll = "kubernetes.io/metadata.name";

/** Whether a selector names nobody: an empty one, one that is not there, and one that only leaves some out. */
export function namesNobody(holder: unknown, ...path: Path): boolean {
  return (labelSelectorAt(holder, ...path) ?? []).every(
    ({ key, operator }) =>
      operator === "DoesNotExist" ||
      operator === "NotIn" ||
      (operator === "Exists" && key === labelOfAll),
  );
}

/** As the policy says them; what Kubernetes makes of one that doesn't say them depends on its edges. */
export function directionsOf(policy: unknown): Direction[] {
  const given = textsAt(policy, "spec", "policyTypes");
  return sides.map(({ direction }) => direction).filter((direction) => given.includes(direction));
}

/** Ports that an edge opens, each as a number or a name; undefined where a whole protocol or a range is open. */
export function portsOf(edge: unknown): string[] | undefined {
  const ports = listAt(edge, "ports").map((item) => {
    const port = numberAt(item, "port") ?? textAt(item, "port");
    return isPresent(item, "endPort") || port === undefined ? undefined : String(port);
  });
  const known = ports.filter((port) => port !== undefined);
  return known.length === 0 || known.length < ports.length ? undefined : known;
}

export const dnsPorts = Type.Array(Type.Integer({ minimum: 1, maximum: 65535 }), {
  default: [53],
  description: "Ports of the cluster's name servers, as their pods have them.",
});

/** Whether an edge is a way out to name servers, which every pod needs. */
export function isDns({ direction, fields }: Edge, ports: readonly number[]): boolean {
  const open = portsOf(fields);
  return direction === "Egress" && (open?.every((port) => ports.includes(Number(port))) ?? false);
}
