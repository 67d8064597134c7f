import * as aws from "@pulumi/aws";
import { onAws } from "./support/aws.ts";
import { vpc } from "./support/vpc.ts";

const { id: vpcId } = vpc();
const { id: subnetId } = new aws.ec2.Subnet(
  "shop",
  { vpcId, cidrBlock: "10.0.0.0/24", mapPublicIpOnLaunch: false },
  onAws,
);
const { id: gatewayId } = new aws.ec2.InternetGateway("shop", { vpcId }, onAws);
const { id: routeTableId } = new aws.ec2.RouteTable("shop", { vpcId }, onAws);
const route = { routeTableId, destinationCidrBlock: "0.0.0.0/0", gatewayId };
new aws.ec2.Route("shop", route, onAws);
new aws.ec2.RouteTableAssociation("shop", { subnetId, routeTableId }, onAws);
new aws.rds.SubnetGroup("cart", { subnetIds: [subnetId] }, onAws);
