import { Type, type Static } from "typebox";
import { Value } from "typebox/value";
import type { Registration } from "./mocks.ts";

/** One thing that is allowed: pods of one app may open connections to a port of another. */
export interface Edge {
  readonly from: string;
  readonly to: string;
  readonly port: number;
}

/** What the NetworkPolicies of a stack let through; everything else is denied. */
export interface Edges {
  readonly pods: readonly Edge[];
  /** Open to clients outside the cluster. */
  readonly clients: readonly Omit<Edge, "from">[];
}

const labelled = Type.Object({
  matchLabels: Type.Object({ "app.kubernetes.io/name": Type.String() }),
});
const Peer = Type.Object({
  namespaceSelector: Type.Object({
    matchLabels: Type.Object({ "kubernetes.io/metadata.name": Type.String() }),
  }),
  podSelector: labelled,
});
const Ports = Type.Array(
  Type.Object({ protocol: Type.Enum(["TCP", "UDP"]), port: Type.Integer() }),
);
const metadata = Type.Object({ namespace: Type.String() });
const Egress = Type.Object({
  metadata,
  spec: Type.Object({
    podSelector: labelled,
    egress: Type.Array(Type.Object({ to: Type.Array(Peer), ports: Ports })),
  }),
});
const Ingress = Type.Object({
  metadata,
  spec: Type.Object({
    podSelector: labelled,
    ingress: Type.Array(Type.Object({ from: Type.Array(Peer), ports: Ports })),
  }),
});
const Clients = Type.Object({
  metadata,
  spec: Type.Object({
    podSelector: labelled,
    ingress: Type.Array(
      Type.Object({
        from: Type.Array(Type.Object({ ipBlock: Type.Object({ cidr: Type.String() }) })),
        ports: Ports,
      }),
    ),
  }),
});

function appOf(namespace: string, selector: Static<typeof labelled>): string {
  return `${namespace}/${selector.matchLabels["app.kubernetes.io/name"]}`;
}

function peerOf(peer: Static<typeof Peer>): string {
  const namespace = peer.namespaceSelector.matchLabels["kubernetes.io/metadata.name"];
  return appOf(namespace, peer.podSelector);
}

export function edgeText({ from, to, port }: Edge): string {
  return `${from} → ${to}:${port}`;
}

function outOf(inputs: unknown): Edge[] {
  if (!Value.Check(Egress, inputs)) return [];
  const from = appOf(inputs.metadata.namespace, inputs.spec.podSelector);
  return inputs.spec.egress.flatMap(({ to, ports }) =>
    to.flatMap((peer) => ports.map(({ port }) => ({ from, to: peerOf(peer), port }))),
  );
}

function into(inputs: unknown): Edge[] {
  if (!Value.Check(Ingress, inputs)) return [];
  const to = appOf(inputs.metadata.namespace, inputs.spec.podSelector);
  return inputs.spec.ingress.flatMap(({ from, ports }) =>
    from.flatMap((peer) => ports.map(({ port }) => ({ from: peerOf(peer), to, port }))),
  );
}

function clientsOf(inputs: unknown): Omit<Edge, "from">[] {
  if (!Value.Check(Clients, inputs)) return [];
  const to = appOf(inputs.metadata.namespace, inputs.spec.podSelector);
  return inputs.spec.ingress.flatMap(({ ports }) => ports.map(({ port }) => ({ to, port })));
}

function policiesOf(resources: readonly Registration[]): unknown[] {
  return resources
    .filter(({ type }) => type === "kubernetes:networking.k8s.io/v1:NetworkPolicy")
    .map(({ inputs }) => inputs);
}

/** Both halves of every edge, as the policies state them. */
export function halvesOf(resources: readonly Registration[]): { out: string[]; in: string[] } {
  const policies = policiesOf(resources);
  return {
    out: policies.flatMap(outOf).map(edgeText).toSorted(),
    in: policies.flatMap(into).map(edgeText).toSorted(),
  };
}

/** The matrix of what may talk to what: an edge counts when both of its halves are open. */
export function edgesOf(resources: readonly Registration[]): Edges {
  const policies = policiesOf(resources);
  const opened = new Set(policies.flatMap(into).map(edgeText));
  return {
    pods: policies
      .flatMap(outOf)
      .filter((edge) => opened.has(edgeText(edge)))
      .toSorted((a, b) => (edgeText(a) < edgeText(b) ? -1 : 1)),
    clients: policies
      .flatMap(clientsOf)
      .toSorted((a, b) => (`${a.to}:${a.port}` < `${b.to}:${b.port}` ? -1 : 1)),
  };
}
