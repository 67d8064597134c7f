import { describe, expect, it } from "vitest";
import { privateSubnets } from "../../../policy/rules/cloud/private-subnets.ts";
import { withValue } from "../kit/change.ts";
import { evaluateStack, unknown } from "../kit/evaluate.ts";
import * as aws from "./aws.ts";
import { describeBreaks, programWith } from "./breaks.ts";

describeBreaks(privateSubnets, [
  {
    of: aws.nodeGroup,
    path: "subnetIds",
    wrong: [[]],
    says: "names no subnet (subnetIds)",
    mayBeUnknown: true,
  },
  {
    of: aws.component,
    path: "privateSubnetIds",
    wrong: [[]],
    says: "names no subnet (privateSubnetIds)",
    mayBeUnknown: true,
  },
]);

const gateway = aws.resource("aws:ec2/internetGateway:InternetGateway", {});
const table = aws.resource("aws:ec2/routeTable:RouteTable", {});
const association = aws.resource(
  "aws:ec2/routeTableAssociation:RouteTableAssociation",
  { subnetId: unknown, routeTableId: unknown },
  { subnetId: aws.subnet, routeTableId: table },
);
const route = (to: "gatewayId" | "natGatewayId") =>
  aws.resource(
    "aws:ec2/route:Route",
    { destinationCidrBlock: "0.0.0.0/0", [to]: unknown },
    { routeTableId: table, [to]: gateway },
  );
const outside = [gateway, table, association];
const databases = aws.resource(
  "aws:rds/subnetGroup:SubnetGroup",
  { subnetIds: [unknown] },
  { subnetIds: aws.subnet },
);

describe("a public subnet", () => {
  it.each([{}, { unknownProvider: true }])(
    "is one that is routed to an internet gateway, seen as %o",
    (options) => {
      const program = [...programWith(databases), ...outside, route("gatewayId")];
      expect(evaluateStack(privateSubnets, program, options)).toEqual([
        expect.stringContaining('is in the public subnet "shop" (privateSubnetIds)'),
        expect.stringContaining('is in the public subnet "shop" (subnetIds)'),
        expect.stringContaining("aws:rds/subnetGroup:SubnetGroup shop: is in the public subnet"),
      ]);
    },
  );

  it("is one that load balancers for the internet use", () => {
    const tagged = withValue(aws.subnet, ["tags"], { "kubernetes.io/role/elb": "1" });
    expect(evaluateStack(privateSubnets, programWith(tagged))).toHaveLength(2);
  });

  it("is none that goes out through a NAT gateway", () => {
    const program = [...programWith(databases), ...outside, route("natGatewayId")];
    expect(evaluateStack(privateSubnets, program)).toEqual([]);
  });
});
