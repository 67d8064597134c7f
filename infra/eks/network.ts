import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { Component } from "../component.ts";
import { recordRejected } from "./flow-logs.ts";
import type { Place } from "./names.ts";
import { planSubnets, type ZoneSubnets } from "./subnets.ts";

export interface EksNetworkArgs {
  readonly place: Place;
  readonly vpcCidr: string;
  readonly zones: readonly string[];
}

type Opts = pulumi.CustomResourceOptions;

/** How the cloud's controllers find subnets for load balancers. */
function subnetTags({ cluster }: Place, kind: "public" | "private", zone: string) {
  const role = kind === "public" ? "kubernetes.io/role/elb" : "kubernetes.io/role/internal-elb";
  return {
    Name: `${cluster}-${kind}-${zone}`,
    [role]: "1",
    [`kubernetes.io/cluster/${cluster}`]: "shared",
  };
}

interface InVpc {
  readonly place: Place;
  readonly vpc: aws.ec2.Vpc;
  readonly opts: Opts;
}

/** Ways out: one for all public subnets, and it goes after everything that has a public address. */
function publicRoutes(name: string, { place, vpc, opts }: InVpc) {
  const tags = { Name: place.cluster };
  const gateway = new aws.ec2.InternetGateway(`${name}-internet`, { vpcId: vpc.id, tags }, opts);
  const table = new aws.ec2.RouteTable(
    `${name}-public-routes`,
    { vpcId: vpc.id, tags: { Name: `${place.cluster}-public` } },
    opts,
  );
  const route = new aws.ec2.Route(
    `${name}-public-default`,
    { routeTableId: table.id, destinationCidrBlock: "0.0.0.0/0", gatewayId: gateway.id },
    opts,
  );
  return { gateway, table, route };
}

type PublicRoutes = ReturnType<typeof publicRoutes>;

/** A zone's public subnet with its NAT gateway: a zone that fails takes no other one's way out with it. */
function publicZone(name: string, plan: ZoneSubnets, at: InVpc & { outside: PublicRoutes }) {
  const { place, vpc, opts, outside } = at;
  const { zone } = plan;
  const subnet = new aws.ec2.Subnet(
    `${name}-public-${zone}`,
    {
      vpcId: vpc.id,
      availabilityZoneId: zone,
      cidrBlock: plan.public,
      mapPublicIpOnLaunch: false,
      tags: subnetTags(place, "public", zone),
    },
    opts,
  );
  const association = new aws.ec2.RouteTableAssociation(
    `${name}-public-${zone}-routes`,
    { subnetId: subnet.id, routeTableId: outside.table.id },
    opts,
  );
  const tags = { Name: `${place.cluster}-${zone}` };
  const address = new aws.ec2.Eip(`${name}-nat-${zone}-address`, { domain: "vpc", tags }, opts);
  const nat = new aws.ec2.NatGateway(
    `${name}-nat-${zone}`,
    { subnetId: subnet.id, allocationId: address.id, tags },
    { ...opts, dependsOn: [outside.gateway, outside.route, association] },
  );
  return { subnet, nat };
}

function privateZone(name: string, plan: ZoneSubnets, at: InVpc & { nat: aws.ec2.NatGateway }) {
  const { place, vpc, opts, nat } = at;
  const { zone } = plan;
  const subnet = new aws.ec2.Subnet(
    `${name}-private-${zone}`,
    {
      vpcId: vpc.id,
      availabilityZoneId: zone,
      cidrBlock: plan.private,
      mapPublicIpOnLaunch: false,
      tags: subnetTags(place, "private", zone),
    },
    opts,
  );
  const table = new aws.ec2.RouteTable(
    `${name}-private-${zone}-routes`,
    { vpcId: vpc.id, tags: { Name: `${place.cluster}-private-${zone}` } },
    opts,
  );
  const route = new aws.ec2.Route(
    `${name}-private-${zone}-default`,
    { routeTableId: table.id, destinationCidrBlock: "0.0.0.0/0", natGatewayId: nat.id },
    opts,
  );
  const association = new aws.ec2.RouteTableAssociation(
    `${name}-private-${zone}-association`,
    { subnetId: subnet.id, routeTableId: table.id },
    opts,
  );
  return { subnet, table, ways: [route, association] };
}

function makeVpc(name: string, { place, vpcCidr }: EksNetworkArgs, opts: Opts): aws.ec2.Vpc {
  const vpc = new aws.ec2.Vpc(
    `${name}-vpc`,
    {
      cidrBlock: vpcCidr,
      enableDnsSupport: true,
      // The private endpoint of EKS is a name that only the VPC resolves.
      enableDnsHostnames: true,
      tags: { Name: place.cluster },
    },
    opts,
  );
  // Whoever names no security group gets this one: without rules it lets nothing in or out.
  new aws.ec2.DefaultSecurityGroup(
    `${name}-default-security-group`,
    { vpcId: vpc.id, ingress: [], egress: [] },
    opts,
  );
  return vpc;
}

/** A VPC with public and private subnets in each zone; nodes are only in the private ones. */
export class EksNetwork extends Component {
  readonly vpcId: pulumi.Output<string>;
  readonly publicSubnetIds: readonly pulumi.Output<string>[];
  /** By zone. */
  readonly privateSubnetIds: ReadonlyMap<string, pulumi.Output<string>>;
  /** Ways out of the private subnets: nodes come after them and go before them. */
  readonly ways: readonly pulumi.Resource[];

  constructor(name: string, args: EksNetworkArgs, opts: pulumi.ComponentResourceOptions) {
    super("infra", "EksNetwork", name, opts);
    const inside = { parent: this };
    const at = { place: args.place, vpc: makeVpc(name, args, inside), opts: inside };
    const outside = publicRoutes(name, at);
    const zones = planSubnets(args.vpcCidr, args.zones).map((plan) => {
      const open = publicZone(name, plan, { ...at, outside });
      return { zone: plan.zone, open, closed: privateZone(name, plan, { ...at, nat: open.nat }) };
    });
    // Media go to the bucket without passing, and paying for, the NAT gateways.
    const media = new aws.ec2.VpcEndpoint(
      `${name}-bucket-endpoint`,
      {
        vpcId: at.vpc.id,
        vpcEndpointType: "Gateway",
        serviceName: `com.amazonaws.${args.place.region}.s3`,
        routeTableIds: zones.map(({ closed }) => closed.table.id),
        tags: { Name: `${args.place.cluster}-bucket` },
      },
      inside,
    );
    recordRejected(name, { place: args.place, vpcId: at.vpc.id }, inside);
    this.vpcId = at.vpc.id;
    this.publicSubnetIds = zones.map(({ open }) => open.subnet.id);
    this.privateSubnetIds = new Map(zones.map(({ zone, closed }) => [zone, closed.subnet.id]));
    this.ways = [media, ...zones.flatMap(({ closed }) => closed.ways)];
    this.registerOutputs({ vpcId: this.vpcId });
  }
}
