import { overlap, parseCidr } from "../cidr.ts";
import { gpuPoolsOf } from "../gpu-pools.ts";
import type { ConfigValues } from "../schema.ts";
import { activeSections, when, type Rule } from "./rule.ts";

/** Ranges of the networks that a stack makes, by path. */
export function networkRanges(config: ConfigValues): [string, string][] {
  const { gke, eks } = activeSections(config);
  return [
    ...Object.entries(gke?.network ?? {}).map(([key, cidr]): [string, string] => [
      `gke.network.${key}`,
      cidr,
    ]),
    ...Object.entries(eks?.network ?? {}).map(([key, cidr]): [string, string] => [
      `eks.network.${key}`,
      cidr,
    ]),
  ];
}

/** Who may come in from outside, by path. */
export function allowances(config: ConfigValues): [string, string][] {
  const { cloud, gke, eks } = activeSections(config);
  if (cloud === undefined) return [];
  const entry = (path: string, cidrs: readonly string[]) =>
    cidrs.map((cidr, index): [string, string] => [path.replace("#", String(index)), cidr]);
  return [
    ...entry(
      "gke.authorizedNetworks[#].cidr",
      (gke?.authorizedNetworks ?? []).map(({ cidr }) => cidr),
    ),
    ...entry("eks.publicAccessCidrs[#]", eks?.publicAccessCidrs ?? []),
    ...entry("edge.allowedCidrs[#]", config.edge.allowedCidrs),
    ...entry("edge.gateway.ranges[#]", config.edge.gateway?.ranges ?? []),
  ];
}

export const cidrsAreRanges: Rule = (config) =>
  [...networkRanges(config), ...allowances(config)].flatMap(([path, cidr]) =>
    when(parseCidr(cidr) === undefined, () => ({
      path,
      problem: `must be a range of addresses (it is "${cidr}")`,
      remedy: "write its first address and its length, e.g. 10.10.0.0/20",
    })),
  );

export const networksDoNotOverlap: Rule = (config) => {
  const parsed = networkRanges(config).flatMap(([path, cidr]) => {
    const range = parseCidr(cidr);
    return range === undefined ? [] : [{ path, cidr, range }];
  });
  return parsed.flatMap((later, index) =>
    parsed
      .slice(0, index)
      .filter(({ range }) => overlap(range, later.range))
      .map((earlier) => ({
        path: later.path,
        problem: `must not overlap with ${earlier.path} (${later.cidr} and ${earlier.cidr})`,
        remedy: "choose another range; docs/configuration.md has ranges that fit together",
      })),
  );
};

/** Lengths that the clouds accept. */
const lengths: Readonly<Record<string, { readonly from: number; readonly to: number }>> = {
  "gke.network.controlPlane": { from: 28, to: 28 },
  "eks.network.services": { from: 12, to: 24 },
};

export const networksHaveLengths: Rule = (config) =>
  networkRanges(config).flatMap(([path, cidr]) => {
    const row = lengths[path];
    const range = parseCidr(cidr);
    if (row === undefined || range === undefined) return [];
    const allowed = row.from === row.to ? `/${row.from}` : `/${row.from} to /${row.to}`;
    return when(range.prefix < row.from || range.prefix > row.to, () => ({
      path,
      problem: `must be ${allowed} (it is ${cidr})`,
      remedy: "the cloud accepts no other length",
    }));
  });

/** GKE gives each node a /24 for its pods. */
const nodePodPrefix = 24;

export const podRangeHoldsTheNodes: Rule = (config) => {
  const { gke } = activeSections(config);
  const range = gke === undefined ? undefined : parseCidr(gke.network.pods);
  if (gke === undefined || range === undefined) return [];
  const pools = gpuPoolsOf(config).map(({ maxNodes }) => maxNodes);
  const nodes = pools.reduce((total, count) => total + count, gke.system.maxNodes);
  const room = Math.floor(2 ** (nodePodPrefix - range.prefix));
  return when(nodes > room, () => ({
    path: "gke.network.pods",
    problem: `must have room for a /${nodePodPrefix} per node (${gke.network.pods} has room for ${room} nodes, and the pools may have ${nodes})`,
    remedy: "choose a larger range, or lower maxNodes",
  }));
};
