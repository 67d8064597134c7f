import { expect, test } from "vitest";
import * as networks from "../../../config/rules/networks.ts";
import {
  configWith,
  eksWith,
  expectProblems,
  facts,
  gkeWith,
  pool,
  untested,
  type Broken,
} from "../support.ts";

const { allowances, networkRanges, ...rules } = networks;

const broken: Broken[] = [
  [
    "what is no range of addresses",
    networks.cidrsAreRanges,
    gkeWith((config) => {
      config.gke!.network.nodes = "10.10.1.0/20";
      config.gke!.authorizedNetworks[0]!.cidr = "203.0.113.0/33";
      config.edge.allowedCidrs = ["10.0.0.256/32"];
    }),
    [
      'gke.network.nodes must be a range of addresses (it is "10.10.1.0/20")',
      'gke.authorizedNetworks[0].cidr must be a range of addresses (it is "203.0.113.0/33")',
      'edge.allowedCidrs[0] must be a range of addresses (it is "10.0.0.256/32")',
    ],
  ],
  [
    "pods and services with the same addresses",
    networks.networksDoNotOverlap,
    gkeWith((config) => (config.gke!.network.services = "10.20.0.0/20")),
    ["gke.network.services must not overlap with gke.network.pods (10.20.0.0/20 and 10.20.0.0/14)"],
  ],
  [
    "services inside the VPC",
    networks.networksDoNotOverlap,
    eksWith((config) => (config.eks!.network.services = "10.0.0.0/12")),
    ["eks.network.services must not overlap with eks.network.vpc (10.0.0.0/12 and 10.10.0.0/16)"],
  ],
  [
    "lengths that the clouds do not accept",
    networks.networksHaveLengths,
    gkeWith((config) => (config.gke!.network.controlPlane = "172.16.0.0/27")),
    ["gke.network.controlPlane must be /28 (it is 172.16.0.0/27)"],
  ],
  [
    "a range for services that EKS does not accept",
    networks.networksHaveLengths,
    eksWith((config) => (config.eks!.network.services = "172.20.0.0/25")),
    ["eks.network.services must be /12 to /24 (it is 172.20.0.0/25)"],
  ],
  [
    "more nodes than the pods' range has room for",
    networks.podRangeHoldsTheNodes,
    gkeWith((config) => {
      config.gke!.network.pods = "10.20.0.0/20";
      config.gpu.pools = [pool({ maxNodes: 7 })];
    }),
    [
      "gke.network.pods must have room for a /24 per node (10.20.0.0/20 has room for 16 nodes, and the pools may have 17)",
    ],
  ],
];
test.each(broken)("%s is refused, with the value", (...row) => {
  expectProblems(row);
});

test("every rule here is broken by a case", () => {
  expect(untested(rules, broken)).toEqual([]);
});

test("exactly as many nodes as there is room for", () => {
  const config = gkeWith((change) => {
    change.gke!.network.pods = "10.20.0.0/20";
    change.gpu.pools = [pool({ maxNodes: 6 })];
  });
  expect(networks.podRangeHoldsTheNodes(config, facts)).toEqual([]);
});

test("who may come in is known by path", () => {
  expect(allowances(eksWith())).toEqual([
    ["eks.publicAccessCidrs[0]", "203.0.113.0/24"],
    ["edge.allowedCidrs[0]", "10.0.0.0/8"],
  ]);
});

test("a stack that finds its cluster makes no networks", () => {
  expect(networkRanges(configWith())).toEqual([]);
  expect(networkRanges(gkeWith()).map(([path]) => path)).toContain("gke.network.pods");
});
