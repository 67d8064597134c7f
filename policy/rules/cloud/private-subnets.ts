import { cisAws, cisEks } from "../../kit/frameworks.ts";
import { isPresent, textsAt } from "../../kit/json.ts";
import { stackRule, type Found } from "../../kit/stack-rule.ts";
import type { Subject } from "../../kit/subject.ts";
import { ifKnown } from "../../kit/unknown.ts";
import { isHollow, means } from "./cloud-rule.ts";

const subnetType = "aws:ec2/subnet:Subnet";
const associationType = "aws:ec2/routeTableAssociation:RouteTableAssociation";
const routeType = "aws:ec2/route:Route";
const gatewayType = "aws:ec2/internetGateway:InternetGateway";

/** Where a resource that must be out of reach names its subnets. */
const insiders: Readonly<Record<string, string>> = {
  "eks:index:Cluster": "privateSubnetIds",
  "aws:eks/nodeGroup:NodeGroup": "subnetIds",
  "aws:rds/subnetGroup:SubnetGroup": "subnetIds",
};
const types = [subnetType, associationType, routeType, gatewayType, ...Object.keys(insiders)];

type Seen = Found<true>;

function ofType(found: readonly Seen[], type: string): Seen[] {
  return found.filter(({ subject }) => subject.type === type);
}

/** The tag by which load balancers for the internet find their subnets. */
function isTaggedPublic({ props }: Subject): boolean {
  return ifKnown(() => isPresent(props, "tags", "kubernetes.io/role/elb")) === true;
}

function isRoutedOut(subnet: Seen, found: readonly Seen[]): boolean {
  const tables = ofType(found, associationType)
    .filter((association) => means(association, "subnetId", subnet))
    .flatMap(({ madeFrom }) => madeFrom["routeTableId"] ?? []);
  const gateways = ofType(found, gatewayType);
  return ofType(found, routeType).some(
    (route) =>
      (route.madeFrom["routeTableId"] ?? []).some((table) => tables.includes(table)) &&
      gateways.some((gateway) => means(route, "gatewayId", gateway)),
  );
}

function namesSome({ props }: Subject, property: string): boolean {
  return ifKnown(() => textsAt(props, property).length > 0) ?? true;
}

export const privateSubnets = stackRule({
  name: "private-subnets",
  title: "Nodes and databases are in subnets without a way in",
  why: "In a subnet that leads to an internet gateway, one public address, given by mistake, puts a node or a database on the internet.",
  fix: "name subnets whose route table goes out through a NAT gateway, or nowhere",
  severity: "high",
  frameworks: [cisEks("Clusters with private nodes"), cisAws("RDS in private subnets")],
  collect: ({ type }) => (types.includes(type) ? true : undefined),
  evaluate: (found, report) => {
    const open = ofType(found, subnetType).filter(
      (subnet) => isTaggedPublic(subnet.subject) || isRoutedOut(subnet, found),
    );
    for (const one of found) {
      const property = insiders[one.subject.type];
      if (property === undefined || isHollow(one.subject)) continue;
      if (!namesSome(one.subject, property)) report(one.subject, `names no subnet (${property})`);
      const named = open.filter((subnet) => means(one, property, subnet));
      for (const { subject } of named) {
        report(one.subject, `is in the public subnet "${subject.name}" (${property})`);
      }
    }
  },
});
