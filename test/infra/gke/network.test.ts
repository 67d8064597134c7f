import { beforeAll, expect, test } from "vitest";
import { labelValue, placeOf } from "../../../infra/gke/names.ts";
import { inputsOf } from "../../support/under-mocks.ts";
import type { Provisioned } from "../eks/requests.ts";
import { comesAfter, gkeSection, provisioned } from "./provisioned.ts";

let made: Provisioned;
beforeAll(async () => {
  made = await provisioned();
});

function of(name: string) {
  return inputsOf(made.resources, name);
}

test("the network is the stack's own, without the subnetworks that Google would add", () => {
  expect(of("network-vpc")).toMatchObject({
    name: "framewright-prod",
    autoCreateSubnetworks: false,
    routingMode: "REGIONAL",
  });
});

test("the one subnetwork has the ranges of the config, and is logged", () => {
  expect(of("network-nodes")).toEqual({
    name: "framewright-prod-nodes",
    network: "network-vpc-id",
    region: "us-central1",
    ipCidrRange: "10.10.0.0/20",
    secondaryIpRanges: [
      { rangeName: "pods", ipCidrRange: "10.20.0.0/14" },
      { rangeName: "services", ipCidrRange: "10.24.0.0/20" },
    ],
    privateIpGoogleAccess: true,
    logConfig: {
      aggregationInterval: "INTERVAL_5_MIN",
      flowSampling: 0.1,
      metadata: "INCLUDE_ALL_METADATA",
    },
  });
});

test("other ranges of the config are taken", async () => {
  const network = {
    nodes: "10.64.0.0/20",
    pods: "10.68.0.0/14",
    services: "10.72.0.0/20",
    controlPlane: "172.20.0.0/28",
  };
  const { resources } = await provisioned(gkeSection({ network }));
  expect(inputsOf(resources, "network-nodes")).toMatchObject({ ipCidrRange: "10.64.0.0/20" });
  expect(inputsOf(resources, "gke-cluster")).toMatchObject({
    privateClusterConfig: { masterIpv4CidrBlock: "172.20.0.0/28" },
  });
});

test("nodes and pods go out through a NAT, and nobody comes in by it", () => {
  expect(of("network-nat")).toEqual({
    router: "network-router",
    region: "us-central1",
    natIpAllocateOption: "AUTO_ONLY",
    sourceSubnetworkIpRangesToNat: "ALL_SUBNETWORKS_ALL_IP_RANGES",
    enableDynamicPortAllocation: true,
    minPortsPerVm: 64,
    maxPortsPerVm: 4096,
    enableEndpointIndependentMapping: false,
    logConfig: { enable: true, filter: "ERRORS_ONLY" },
  });
});

test("nodes come after the NAT: their images come through it", () => {
  for (const pool of ["pool-system", "pool-a100", "pool-l4-spot", "pool-l4"]) {
    expect(comesAfter(made, pool)).toContain("network-nat");
  }
});

test.each([
  ["prod", "prod"],
  ["Team.One", "team-one"],
  ["a_b", "a_b"],
  ["x".repeat(80), "x".repeat(63)],
])("stack %s has the label %s", (stack, expected) => {
  expect(labelValue(stack)).toBe(expected);
});

test.each([
  ["a_b", "framewright-a-b"],
  ["prod-", "framewright-prod"],
  [`${"x".repeat(47)}-y`, `framewright-${"x".repeat(47)}`],
])("stack %s has the network %s, which Google accepts as a name", (stack, network) => {
  const place = placeOf(stack, { project: "p", region: "us-central1" });
  expect(place.network).toBe(network);
  expect(place.network).toMatch(/^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/);
});
