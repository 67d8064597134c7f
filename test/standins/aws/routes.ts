import { createHash } from "node:crypto";
import { textAt, type JsonObject } from "../../../tools/plugins/kit/json.ts";
import type { Draft, Row } from "../kit/row.ts";
import { arn, ec2Id, placeOf } from "./place.ts";
import { failure } from "./rules.ts";
import * as types from "./types.ts";

const table: Row = {
  id: () => ec2Id("rtb"),
  replaces: ["region", "vpcId"],
  uses: [{ field: "vpcId", type: types.vpc, onDelete: "refuse" }],
  outputs: (shaped) => {
    const place = placeOf(shaped);
    return { arn: arn(place, "ec2", `route-table/${shaped.id}`), ownerId: place.account };
  },
  made: () => ({ routes: [], propagatingVgws: [] }),
};

const destinations = [
  "destinationCidrBlock",
  "destinationIpv6CidrBlock",
  "destinationPrefixListId",
] as const;

const targets = [
  "gatewayId",
  "natGatewayId",
  "networkInterfaceId",
  "transitGatewayId",
  "vpcEndpointId",
  "vpcPeeringConnectionId",
  "egressOnlyGatewayId",
] as const;

function given(inputs: JsonObject, keys: readonly string[]): string[] {
  return keys.filter((key) => inputs[key] !== undefined);
}

function vpcAt({ store, inputs }: Draft, type: string, field: string): string | undefined {
  return textAt(store.find(type, textAt(inputs, field) ?? "")?.outputs, "vpcId");
}

/** A route and its internet gateway are of one VPC. */
function otherNetwork(draft: Draft): string | undefined {
  const [own, other] = [
    vpcAt(draft, types.routeTable, "routeTableId"),
    vpcAt(draft, types.internetGateway, "gatewayId"),
  ];
  if (other === undefined || own === other) return undefined;
  const [tableId = "", gatewayId = ""] = ["routeTableId", "gatewayId"].map((key) =>
    textAt(draft.inputs, key),
  );
  return `InvalidParameterValue: route table ${tableId} and network gateway ${gatewayId} belong to different networks`;
}

const route: Row = {
  id: ({ inputs }) => {
    const destination = textAt(inputs, given(inputs, destinations)[0] ?? "") ?? "";
    const digits = createHash("sha256").update(destination).digest().readUInt32BE();
    return `r-${textAt(inputs, "routeTableId") ?? ""}${digits}`;
  },
  replaces: ["region", "routeTableId", ...destinations],
  problems: (inputs) => [
    ...(given(inputs, destinations).length === 1
      ? []
      : [failure("", `exactly one of ${destinations.join(", ")} must be set`)]),
    ...(given(inputs, targets).length === 1
      ? []
      : [failure("", `exactly one of ${targets.join(", ")} must be set`)]),
  ],
  uses: [
    { field: "routeTableId", type: types.routeTable, onDelete: "vanish" },
    { field: "gatewayId", type: types.internetGateway, onDelete: "nothing" },
    { field: "natGatewayId", type: types.natGateway, onDelete: "nothing" },
  ],
  refuses: otherNetwork,
  outputs: () => ({ origin: "CreateRoute", state: "active" }),
};

const association: Row = {
  id: () => ec2Id("rtbassoc"),
  replaces: ["gatewayId", "region", "subnetId"],
  uses: [
    { field: "routeTableId", type: types.routeTable, onDelete: "refuse" },
    { field: "subnetId", type: types.subnet, onDelete: "vanish" },
  ],
  refuses: ({ inputs, store, old }) => {
    const subnetId = textAt(inputs, "subnetId");
    const other = store
      .list("aws:ec2/routeTableAssociation:RouteTableAssociation")
      .find(({ outputs }) => subnetId !== undefined && outputs["subnetId"] === subnetId);
    if (old !== undefined || other === undefined) return undefined;
    return `Resource.AlreadyAssociated: the specified association for route table ${textAt(inputs, "routeTableId") ?? ""} conflicts with an existing association`;
  },
};

export const routeRows: readonly (readonly [string, Row])[] = [
  [types.routeTable, table],
  ["aws:ec2/route:Route", route],
  ["aws:ec2/routeTableAssociation:RouteTableAssociation", association],
];
