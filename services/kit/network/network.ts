import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { IpBlock, PodPeers } from "../../../infra/cluster.ts";
import { labels, selectorLabels, type App, type Endpoint } from "../app.ts";

type Protocol = "TCP" | "UDP";

export interface EdgeArgs {
  readonly from: App;
  readonly to: Endpoint;
  /** @default TCP */
  readonly protocol?: Protocol;
}

function peer(app: App) {
  return {
    namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": app.namespace } },
    podSelector: { matchLabels: selectorLabels(app) },
  };
}

function egressTo<Peer>(from: App, peers: Peer[], port: number, protocol: Protocol = "TCP") {
  return {
    podSelector: { matchLabels: selectorLabels(from) },
    policyTypes: ["Egress"],
    egress: [{ to: peers, ports: [{ protocol, port }] }],
  };
}

export function egressSpec({ from, to, protocol }: EdgeArgs) {
  return egressTo(from, [peer(to.app)], to.port, protocol);
}

export function ingressSpec({ from, to, protocol = "TCP" }: EdgeArgs) {
  return {
    podSelector: { matchLabels: selectorLabels(to.app) },
    policyTypes: ["Ingress"],
    ingress: [{ from: [peer(from)], ports: [{ protocol, port: to.port }] }],
  };
}

/** Opens one edge: out of one app and into another, on exactly that port. Both sides, or neither. */
export function openEdge(name: string, args: EdgeArgs, opts: pulumi.CustomResourceOptions): void {
  const { from, to } = args;
  new k8s.networking.v1.NetworkPolicy(
    `${name}-egress`,
    { metadata: { namespace: from.namespace, labels: labels(from) }, spec: egressSpec(args) },
    opts,
  );
  new k8s.networking.v1.NetworkPolicy(
    `${name}-ingress`,
    { metadata: { namespace: to.app.namespace, labels: labels(to.app) }, spec: ingressSpec(args) },
    opts,
  );
}

/** Addresses outside the cluster, on one port. */
export interface Addresses {
  readonly blocks: readonly IpBlock[];
  readonly port: number;
  /** @default TCP */
  readonly protocol?: Protocol;
}

/** Where connections of a pod go. */
export type Destination = Endpoint | Addresses;

/** Everything that is not a private network, a neighbour of the node, or the node itself. */
export const internet: IpBlock = {
  cidr: "0.0.0.0/0",
  except: [
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.168.0.0/16",
  ],
};

export interface WayArgs {
  readonly from: App;
  readonly to: Destination;
}

/** Opens the way to pods of ours, or out of the cluster, where only our half of it is ours to open. */
export function openWay(
  name: string,
  { from, to }: WayArgs,
  opts: pulumi.CustomResourceOptions,
): void {
  if ("app" in to) {
    openEdge(name, { from, to }, opts);
    return;
  }
  new k8s.networking.v1.NetworkPolicy(
    `${name}-egress`,
    {
      metadata: { namespace: from.namespace, labels: labels(from) },
      spec: egressTo(from, to.blocks.map(blockPeer), to.port, to.protocol),
    },
    opts,
  );
}

/** A block of addresses as a peer of a NetworkPolicy. */
export function blockPeer({ cidr, except }: IpBlock) {
  return { ipBlock: except.length === 0 ? { cidr } : { cidr, except: [...except] } };
}

export interface ClientsArgs {
  readonly to: Endpoint;
  /** Never pods: those need an edge of their own. */
  readonly clients: readonly IpBlock[];
  /** @default TCP */
  readonly protocol?: Protocol;
}

type Peers = k8s.types.input.networking.v1.NetworkPolicyPeer[];

/** The policy of an endpoint whose callers are none of our pods. */
function openToOthers(
  name: string,
  { to, from, protocol }: { to: Endpoint; from: Peers; protocol: Protocol },
  opts: pulumi.CustomResourceOptions,
): void {
  new k8s.networking.v1.NetworkPolicy(
    `${name}-clients`,
    {
      metadata: { namespace: to.app.namespace, labels: labels(to.app) },
      spec: {
        podSelector: { matchLabels: selectorLabels(to.app) },
        policyTypes: ["Ingress"],
        ingress: [{ from, ports: [{ protocol, port: to.port }] }],
      },
    },
    opts,
  );
}

/** Lets clients from outside the cluster in, on exactly that port. */
export function openToClients(
  name: string,
  { to, clients, protocol = "TCP" }: ClientsArgs,
  opts: pulumi.CustomResourceOptions,
): void {
  openToOthers(name, { to, from: clients.map(blockPeer), protocol }, opts);
}

/** Lets pods in that are not ours, on exactly that port; the other half is their owner's to open. */
export function openToPods(
  name: string,
  { to, pods }: { readonly to: Endpoint; readonly pods: PodPeers },
  opts: pulumi.CustomResourceOptions,
): void {
  const peer = {
    namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": pods.namespace } },
    podSelector: { matchLabels: { ...pods.labels } },
  };
  openToOthers(name, { to, from: [peer], protocol: "TCP" }, opts);
}

/** What an app calls outside the cluster: on these ports public addresses, and private ones only where config has them. */
export interface Outside {
  readonly from: App;
  readonly ports: readonly number[];
  readonly ranges: readonly string[];
  /** @default TCP */
  readonly protocol?: Protocol;
}

function rangeBlocks(ranges: readonly string[]): IpBlock[] {
  return ranges.map((cidr) => ({ cidr, except: [] }));
}

/** To wherever clients or administrators say; who connects checks each address as well. */
export function openToOutside(
  name: string,
  { from, ports, ranges, protocol = "TCP" }: Outside,
  opts: pulumi.CustomResourceOptions,
): void {
  const blocks = [internet, ...rangeBlocks(ranges)];
  for (const port of ports) {
    openWay(`${name}-${port}`, { from, to: { blocks, port, protocol } }, opts);
  }
}

/** The port that a URL of http or https leads to. */
export function portOf(url: string): number {
  const { port, protocol } = new URL(url);
  if (port !== "") return Number(port);
  return protocol === "http:" ? 80 : 443;
}

/** To one URL of config: on its port alone, and where ranges are given, to these and no public address. */
export function openToUrl(
  name: string,
  { from, url, ranges }: Pick<Outside, "from" | "ranges"> & { readonly url: string },
  opts: pulumi.CustomResourceOptions,
): void {
  const blocks = ranges.length === 0 ? [internet] : rangeBlocks(ranges);
  openWay(name, { from, to: { blocks, port: portOf(url) } }, opts);
}
