import { numberAt, textAt, type JsonObject } from "../../../tools/plugins/kit/json.ts";
import type { Draft, Row, Shaped } from "../kit/row.ts";
import type { CloudStore, Entry } from "../kit/store.ts";
import { addressIn, contains, overlap, parseBlock, type Block } from "./cidr.ts";
import { assertNoLoadBalancers, hasPublicAddresses } from "./load-balancers.ts";
import { zoneIdOf, zoneNameOf, zonesOf } from "./offerings.ts";
import { arn, ec2Id, hex, placeOf, regionOf } from "./place.ts";
import { failure } from "./rules.ts";
import * as types from "./types.ts";

function owned(service: "ec2", kind: string) {
  return (shaped: Shaped): JsonObject => {
    const place = placeOf(shaped);
    return { arn: arn(place, service, `${kind}/${shaped.id}`), ownerId: place.account };
  };
}

function blockAt(value: JsonObject): Block | undefined {
  return parseBlock(textAt(value, "cidrBlock") ?? "");
}

/** VPCs and subnets have 16 to 65,536 addresses. */
function cidrProblems(inputs: JsonObject) {
  const cidr = textAt(inputs, "cidrBlock");
  const block = cidr === undefined ? undefined : parseBlock(cidr);
  if (cidr === undefined) return [];
  if (block !== undefined && block.bits >= 16 && block.bits <= 28) return [];
  return [failure("cidrBlock", `"${cidr}" is not a network of /16 to /28 in CIDR notation`)];
}

const vpc: Row = {
  id: () => ec2Id("vpc"),
  replaces: ["cidrBlock", "instanceTenancy", "region"],
  defaults: { enableDnsHostnames: false, enableDnsSupport: true, instanceTenancy: "default" },
  problems: cidrProblems,
  outputs: owned("ec2", "vpc"),
  made: () => {
    const table = ec2Id("rtb");
    return {
      defaultNetworkAclId: ec2Id("acl"),
      defaultSecurityGroupId: ec2Id("sg"),
      defaultRouteTableId: table,
      mainRouteTableId: table,
      dhcpOptionsId: ec2Id("dopt"),
    };
  },
};

function subnetRefusal({ inputs, store, old, config }: Draft): string | undefined {
  if (old !== undefined) return undefined;
  const wrongZone = zoneRefusal(inputs, config);
  if (wrongZone !== undefined) return wrongZone;
  const block = blockAt(inputs);
  const parent = store.find(types.vpc, textAt(inputs, "vpcId") ?? "");
  const outer = parent === undefined ? undefined : blockAt(parent.outputs);
  if (block === undefined || outer === undefined) return undefined;
  const cidr = textAt(inputs, "cidrBlock") ?? "";
  if (!contains(outer, block)) return `InvalidSubnet.Range: The CIDR '${cidr}' is invalid.`;
  const taken = store.list(types.subnet).some(({ outputs }) => {
    const other = blockAt(outputs);
    return outputs["vpcId"] === inputs["vpcId"] && other !== undefined && overlap(block, other);
  });
  if (!taken) return undefined;
  return `InvalidSubnet.Conflict: The CIDR '${cidr}' conflicts with another subnet`;
}

const subnet: Row = {
  id: () => ec2Id("subnet"),
  replaces: ["availabilityZone", "availabilityZoneId", "cidrBlock", "region", "vpcId"],
  defaults: {
    mapPublicIpOnLaunch: false,
    privateDnsHostnameTypeOnLaunch: "ip-name",
  },
  problems: (inputs) => [...cidrProblems(inputs), ...zoneProblems(inputs)],
  refuses: subnetRefusal,
  uses: [{ field: "vpcId", type: types.vpc, onDelete: "refuse" }],
  outputs: (shaped) => ({
    ...owned("ec2", "subnet")(shaped),
    ...zoneOutputs(shaped),
  }),
  beforeDelete: (entry, store) => {
    assertNoLoadBalancers(entry, store);
    return Promise.resolve();
  },
};

/** By name or by physical zone, the first zone by default; undefined where the region has none of that name. */
function zoneOf(inputs: JsonObject, config: JsonObject): string | undefined {
  const region = regionOf(inputs, config);
  const zoneId = textAt(inputs, "availabilityZoneId");
  if (zoneId !== undefined) return zoneNameOf(region, zoneId);
  const zone = textAt(inputs, "availabilityZone") ?? `${region}a`;
  return zonesOf(region).find((other) => other === zone);
}

function zoneRefusal(inputs: JsonObject, config: JsonObject): string | undefined {
  if (zoneOf(inputs, config) !== undefined) return undefined;
  const name = textAt(inputs, "availabilityZone");
  const parameter = name === undefined ? "availabilityZoneId" : "availabilityZone";
  const value = name ?? textAt(inputs, "availabilityZoneId") ?? "";
  return `InvalidParameterValue: Value (${value}) for parameter ${parameter} is invalid. Subnets can currently only be created in the following availability zones: ${zonesOf(regionOf(inputs, config)).join(", ")}.`;
}

/** ConflictsWith in resource_subnet.go of the Terraform provider. */
function zoneProblems(inputs: JsonObject) {
  const both =
    inputs["availabilityZone"] !== undefined && inputs["availabilityZoneId"] !== undefined;
  return both ? [failure("availabilityZoneId", "conflicts with availabilityZone")] : [];
}

function zoneOutputs({ inputs, config }: Shaped): JsonObject {
  const zone = zoneOf(inputs, config) ?? "";
  return { availabilityZone: zone, availabilityZoneId: zoneIdOf(zone) ?? "" };
}

function inVpc(store: CloudStore, type: string, vpcId: string): Entry[] {
  return store.list(type).filter(({ outputs }) => outputs["vpcId"] === vpcId);
}

const internetGateway: Row = {
  id: () => ec2Id("igw"),
  replaces: ["region"],
  uses: [{ field: "vpcId", type: types.vpc, onDelete: "refuse" }],
  outputs: owned("ec2", "internet-gateway"),
  refuses: ({ inputs, store, old }) => {
    const vpcId = textAt(inputs, "vpcId") ?? "";
    const other = inVpc(store, types.internetGateway, vpcId).length > 0;
    if (old !== undefined || !other) return undefined;
    return `Resource.AlreadyAssociated: resource ${vpcId} is already attached to an internet gateway`;
  },
  beforeDelete: ({ outputs }, store) => {
    const vpcId = textAt(outputs, "vpcId") ?? "";
    if (hasPublicAddresses(vpcId, store)) {
      throw new Error(
        `DependencyViolation: Network ${vpcId} has some mapped public address(es). Please unmap those public address(es) before detaching the gateway.`,
      );
    }
    return Promise.resolve();
  },
};

/** Addresses that documentation may use (RFC 5737). */
function publicAddress(): string {
  return `203.0.113.${parseInt(hex(2), 16)}`;
}

const address: Row = {
  id: () => ec2Id("eipalloc"),
  replaces: ["domain", "networkBorderGroup", "publicIpv4Pool", "region"],
  defaults: { domain: "vpc" },
  outputs: (shaped) => ({
    arn: arn(placeOf(shaped), "ec2", `elastic-ip/${shaped.id}`),
    allocationId: shaped.id,
  }),
  made: ({ inputs, config }) => {
    const publicIp = publicAddress();
    const host = `ec2-${publicIp.replaceAll(".", "-")}`;
    return { publicIp, publicDns: `${host}.${regionOf(inputs, config)}.compute.amazonaws.com` };
  },
};

function subnetOf({ inputs, store }: Pick<Draft, "inputs" | "store">): Entry | undefined {
  return store.find(types.subnet, textAt(inputs, "subnetId") ?? "");
}

const natGateway: Row = {
  id: () => ec2Id("nat"),
  replaces: ["allocationId", "connectivityType", "region", "subnetId"],
  defaults: { connectivityType: "public" },
  uses: [
    { field: "subnetId", type: types.subnet, onDelete: "refuse" },
    { field: "allocationId", type: types.address, onDelete: "refuse" },
  ],
  refuses: (draft) => {
    const vpcId = textAt(subnetOf(draft)?.outputs, "vpcId") ?? "";
    const open = textAt(draft.inputs, "connectivityType") !== "public";
    if (open || inVpc(draft.store, types.internetGateway, vpcId).length > 0) return undefined;
    return `Gateway.NotAttached: Network ${vpcId} has no Internet gateway attached`;
  },
  made: (shaped) => {
    const subnetOutputs = subnetOf(shaped)?.outputs ?? {};
    const block = blockAt(subnetOutputs);
    const elastic = shaped.store.find(types.address, textAt(shaped.inputs, "allocationId") ?? "");
    return {
      vpcId: textAt(subnetOutputs, "vpcId") ?? "",
      networkInterfaceId: ec2Id("eni"),
      associationId: ec2Id("eipassoc"),
      publicIp: textAt(elastic?.outputs, "publicIp") ?? "",
      privateIp: block === undefined ? "" : addressIn(block, 10),
    };
  },
};

const endpoint: Row = {
  id: () => ec2Id("vpce"),
  replaces: ["region", "serviceName", "vpcEndpointType", "vpcId"],
  defaults: { vpcEndpointType: "Gateway" },
  uses: [
    { field: "vpcId", type: types.vpc, onDelete: "refuse" },
    { field: "routeTableIds.*", type: types.routeTable, onDelete: "nothing" },
    { field: "subnetIds.*", type: types.subnet, onDelete: "refuse" },
    { field: "securityGroupIds.*", type: types.securityGroup, onDelete: "refuse" },
  ],
  refuses: ({ inputs, config }) => {
    const name = textAt(inputs, "serviceName") ?? "";
    if (name.startsWith(`com.amazonaws.${regionOf(inputs, config)}.`)) return undefined;
    return `InvalidServiceName: The Vpc Endpoint Service '${name}' does not exist`;
  },
  outputs: owned("ec2", "vpc-endpoint"),
  made: () => ({ prefixListId: `pl-${hex(8)}`, state: "available", requesterManaged: false }),
};

/** EC2 takes one or ten minutes, by which records of a flow log are put together. */
const flowLogIntervals = [60, 600];

const flowLog: Row = {
  id: () => ec2Id("fl"),
  replaces: [
    "destinationOptions",
    "iamRoleArn",
    "logDestination",
    "logDestinationType",
    "logFormat",
    "maxAggregationInterval",
    "region",
    "subnetId",
    "trafficType",
    "vpcId",
  ],
  defaults: { logDestinationType: "cloud-watch-logs", maxAggregationInterval: 600 },
  problems: (inputs) => {
    const interval = numberAt(inputs, "maxAggregationInterval");
    if (interval === undefined || flowLogIntervals.includes(interval)) return [];
    return [failure("maxAggregationInterval", `${interval} is neither 60 nor 600`)];
  },
  uses: [
    { field: "vpcId", type: types.vpc, onDelete: "vanish" },
    { field: "iamRoleArn", type: types.role, onDelete: "nothing" },
    { field: "logDestination", type: types.logGroup, onDelete: "nothing" },
  ],
  outputs: (shaped) => ({ arn: arn(placeOf(shaped), "ec2", `vpc-flow-log/${shaped.id}`) }),
};

export const networkRows: readonly (readonly [string, Row])[] = [
  [types.vpc, vpc],
  [types.subnet, subnet],
  [types.internetGateway, internetGateway],
  [types.address, address],
  [types.natGateway, natGateway],
  ["aws:ec2/vpcEndpoint:VpcEndpoint", endpoint],
  ["aws:ec2/flowLog:FlowLog", flowLog],
];
