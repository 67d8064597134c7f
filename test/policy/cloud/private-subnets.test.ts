import { privateSubnets } from "../../../policy/rules/cloud/private-subnets.ts";
import { unknown } from "../kit/evaluate.ts";
import { describeRule } from "../kit/rule-cases.ts";
import * as aws from "./aws.ts";
import { accepted, changed, programWith, right, wrong } from "./compliant.ts";

const gateway = aws.resource("aws:ec2/internetGateway:InternetGateway", {});
const table = aws.resource("aws:ec2/routeTable:RouteTable", {});
const association = aws.resource(
  "aws:ec2/routeTableAssociation:RouteTableAssociation",
  { subnetId: unknown, routeTableId: unknown },
  { subnetId: aws.subnet, routeTableId: table },
);
const databases = aws.resource(
  "aws:rds/subnetGroup:SubnetGroup",
  { subnetIds: [unknown] },
  { subnetIds: aws.subnet },
);

function routed(to: "gatewayId" | "natGatewayId") {
  const props = { destinationCidrBlock: "0.0.0.0/0", [to]: unknown };
  const route = aws.resource("aws:ec2/route:Route", props, { routeTableId: table, [to]: gateway });
  return [...programWith(databases), gateway, table, association, route];
}

const isPublic = 'is in the public subnet "shop"';

describeRule(privateSubnets, {
  passes: [
    accepted,
    ["a subnet that goes out through a NAT gateway", routed("natGatewayId")],
    ...right(aws.nodeGroup, "subnetIds", [unknown]),
  ],
  fails: [
    ...wrong(aws.component, "privateSubnetIds", [[]], "names no subnet (privateSubnet"),
    ["a subnet routed to the internet", routed("gatewayId"), [isPublic, isPublic, isPublic]],
    [
      "a subnet of load balancers for the internet",
      changed(aws.subnet, "tags", { "kubernetes.io/role/elb": "1" }),
      [isPublic, isPublic],
    ],
  ],
});
