import { beforeAll, describe, expect, test } from "vitest";
import { inputsOf, leaves } from "../../support/under-mocks.ts";
import { provisioned, requestOf, type Provisioned } from "./requests.ts";

const zones = ["use1-az1", "use1-az2"];

let made: Provisioned;
beforeAll(async () => {
  made = await provisioned();
});

function of(name: string) {
  return inputsOf(made.resources, name);
}

test("a network is exactly these resources", () => {
  const each = zones.flatMap((zone) => [
    `Eip network-nat-${zone}-address`,
    `NatGateway network-nat-${zone}`,
    `Route network-private-${zone}-default`,
    `RouteTable network-private-${zone}-routes`,
    `RouteTableAssociation network-private-${zone}-association`,
    `RouteTableAssociation network-public-${zone}-routes`,
    `Subnet network-private-${zone}`,
    `Subnet network-public-${zone}`,
  ]);
  const all = [
    "DefaultSecurityGroup network-default-security-group",
    "FlowLog network-flow-log-rejected",
    "InternetGateway network-internet",
    "LogGroup network-rejected",
    "Role network-flow-log",
    "RolePolicy network-flow-log-policy",
    "Route network-public-default",
    "RouteTable network-public-routes",
    "Vpc network-vpc",
    "VpcEndpoint network-bucket-endpoint",
  ];
  const found = leaves(made.resources).filter((leaf) => / network-/.test(leaf));
  expect(found).toEqual([...each, ...all].toSorted());
});

test("the VPC resolves names, the cluster's private endpoint among them", () => {
  expect(of("network-vpc")).toMatchObject({
    cidrBlock: "10.10.0.0/16",
    enableDnsSupport: true,
    enableDnsHostnames: true,
  });
});

describe.each(zones)("zone %s", (zone) => {
  test("its subnets are tagged for the load balancers of this cluster", () => {
    expect(of(`network-public-${zone}`).tags).toEqual({
      Name: `framewright-prod-public-${zone}`,
      "kubernetes.io/role/elb": "1",
      "kubernetes.io/cluster/framewright-prod": "shared",
    });
    expect(of(`network-private-${zone}`).tags).toEqual({
      Name: `framewright-prod-private-${zone}`,
      "kubernetes.io/role/internal-elb": "1",
      "kubernetes.io/cluster/framewright-prod": "shared",
    });
  });

  test("no machine gets a public address by being there", () => {
    for (const kind of ["public", "private"]) {
      expect(of(`network-${kind}-${zone}`)).toMatchObject({
        availabilityZoneId: zone,
        mapPublicIpOnLaunch: false,
      });
    }
  });

  test("its private subnet goes out through its own NAT gateway", () => {
    expect(of(`network-nat-${zone}`)).toMatchObject({ subnetId: `network-public-${zone}-id` });
    expect(of(`network-private-${zone}-default`)).toMatchObject({
      routeTableId: `network-private-${zone}-routes-id`,
      destinationCidrBlock: "0.0.0.0/0",
      natGatewayId: `network-nat-${zone}-id`,
    });
  });

  test("its NAT gateway comes after, and goes before, the way that it uses", () => {
    expect(requestOf(made.requests, `network-nat-${zone}`).dependsOn).toEqual(
      expect.arrayContaining(["network-internet", "network-public-default"]),
    );
  });
});

test("public subnets go out by the internet gateway", () => {
  expect(of("network-public-default")).toMatchObject({
    destinationCidrBlock: "0.0.0.0/0",
    gatewayId: "network-internet-id",
  });
});

test("media do not pass the NAT gateways", () => {
  expect(of("network-bucket-endpoint")).toMatchObject({
    vpcEndpointType: "Gateway",
    serviceName: "com.amazonaws.us-east-1.s3",
    routeTableIds: zones.map((zone) => `network-private-${zone}-routes-id`),
  });
});

test("the group that one gets without asking lets nothing in or out", () => {
  expect(of("network-default-security-group")).toEqual({
    vpcId: "network-vpc-id",
    ingress: [],
    egress: [],
  });
});

test("what the VPC refuses is kept for 30 days", () => {
  expect(of("network-rejected")).toMatchObject({ retentionInDays: 30 });
  expect(of("network-flow-log-rejected")).toMatchObject({
    trafficType: "REJECT",
    vpcId: "network-vpc-id",
  });
});

test("a third zone adds to the network and changes nothing of it", async () => {
  const three = await provisioned({
    eks: {
      accountId: "123456789012",
      region: "us-east-1",
      zones: [...zones, "use1-az4"],
      publicAccessCidrs: ["203.0.113.0/24"],
    },
  });
  const subnets = made.resources.filter(({ type }) => type === "aws:ec2/subnet:Subnet");
  expect(subnets).toHaveLength(4);
  for (const { name, inputs } of subnets) {
    expect(inputsOf(three.resources, name)).toEqual(inputs);
  }
  expect(inputsOf(three.resources, "network-nat-use1-az4")).toBeDefined();
});
