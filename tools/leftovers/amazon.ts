import { Type, type Static, type TSchema } from "typebox";
import { parseAs } from "../parse.ts";
import { kindOf, known, leftoverOf } from "./amazon-kinds.ts";
import type { Leftover, Query } from "./leftover.ts";

/** How infra/eks names the cluster (a test holds the two together). */
export function amazonCluster(stack: string): string {
  return `framewright-${stack.replaceAll(/[^A-Za-z0-9_-]/g, "-")}`.slice(0, 100);
}

export interface AmazonPlace {
  readonly stack: string;
  readonly region: string;
  /** Whether volumes were meant to outlive the stack. */
  readonly retainVolumes: boolean;
}

/** Amazon lists these for an hour after their end; what they are now is asked for by itself. */
const lingering = new Set([
  "ec2:instance",
  "ec2:natgateway",
  "ec2:volume",
  "ec2:network-interface",
]);

const Tagged = Type.Object({
  ResourceTagMappingList: Type.Array(Type.Object({ ResourceARN: Type.String() })),
});

export function readTagged(answer: unknown): Leftover[] {
  const { ResourceTagMappingList } = parseAs(Tagged, answer, "what aws says of tags");
  return ResourceTagMappingList.map(({ ResourceARN }) => ResourceARN)
    .filter((arn) => !lingering.has(kindOf(arn)))
    .map(leftoverOf);
}

interface Lookup<T extends TSchema> {
  readonly schema: T;
  readonly read: (answer: Static<T>) => Leftover[];
}

function reader<T extends TSchema>({ schema, read }: Lookup<T>, what: string): Query["read"] {
  return (answer) => read(parseAs(schema, answer, `what aws says of ${what}`));
}

const Volumes = Type.Object({
  Volumes: Type.Array(
    Type.Object({
      VolumeId: Type.String(),
      State: Type.String(),
      Tags: Type.Optional(Type.Array(Type.Object({ Key: Type.String(), Value: Type.String() }))),
    }),
  ),
});

/** What the driver writes on a volume that a claim asked for. */
const claimed = new Set(["CSIVolumeName", "kubernetes.io/created-for/pvc/name"]);

function volumesReader(retained: boolean): Query["read"] {
  return reader(
    {
      schema: Volumes,
      read: ({ Volumes: volumes }) =>
        volumes
          .filter(({ State }) => !["deleting", "deleted"].includes(State))
          .map(({ VolumeId, Tags = [] }) => ({
            ...known("ec2:volume", VolumeId),
            kept: retained && Tags.some(({ Key }) => claimed.has(Key)),
          })),
    },
    "volumes",
  );
}

const Interfaces = Type.Object({
  NetworkInterfaces: Type.Array(Type.Object({ NetworkInterfaceId: Type.String() })),
});

const readInterfaces = reader(
  {
    schema: Interfaces,
    read: ({ NetworkInterfaces }) =>
      NetworkInterfaces.map(({ NetworkInterfaceId }) =>
        known("ec2:network-interface", NetworkInterfaceId),
      ),
  },
  "network interfaces",
);

const Instances = Type.Object({
  Reservations: Type.Array(
    Type.Object({ Instances: Type.Array(Type.Object({ InstanceId: Type.String() })) }),
  ),
});

const readInstances = reader(
  {
    schema: Instances,
    read: ({ Reservations }) =>
      Reservations.flatMap((one) => one.Instances).map(({ InstanceId }) =>
        known("ec2:instance", InstanceId),
      ),
  },
  "machines",
);

const Gateways = Type.Object({
  NatGateways: Type.Array(Type.Object({ NatGatewayId: Type.String() })),
});

const readGateways = reader(
  {
    schema: Gateways,
    read: ({ NatGateways }) =>
      NatGateways.map(({ NatGatewayId }) => known("ec2:natgateway", NatGatewayId)),
  },
  "NAT gateways",
);

const Roles = Type.Object({
  Roles: Type.Array(
    Type.Object({ RoleName: Type.String(), Description: Type.Optional(Type.String()) }),
  ),
});

/** IAM is not of a region, and not among what is listed by tag; our roles say whose they are. */
function rolesReader(cluster: string): Query["read"] {
  return reader(
    {
      schema: Roles,
      read: ({ Roles: roles }) =>
        roles
          .filter(({ Description = "" }) => Description.endsWith(` of ${cluster}`))
          .map(({ RoleName }) => ({
            kind: "role",
            name: RoleName,
            remedy: `after its policies: aws iam delete-role --role-name ${RoleName}`,
            kept: false,
          })),
    },
    "roles",
  );
}

/** All that can be left of a stack on EKS. */
export function amazonQueries({ stack, region, retainVolumes }: AmazonPlace): Query[] {
  const cluster = amazonCluster(stack);
  const place = [`--region=${region}`, "--output=json"];
  const readVolumes = volumesReader(retainVolumes);
  const ours = "framewright:stack";
  const clusters = `kubernetes.io/cluster/${cluster}`;
  const tagged = (key: string, value: string): Query => ({
    args: [
      "resourcegroupstaggingapi",
      "get-resources",
      "--tag-filters",
      `Key=${key},Values=${value}`,
      ...place,
    ],
    read: readTagged,
  });
  const described = (
    what: string,
    filters: readonly string[],
    read: Query["read"],
    flag = "--filters",
  ): Query => ({
    args: ["ec2", what, flag, ...filters, ...place],
    read,
  });
  return [
    tagged(ours, stack),
    // What the cluster's controllers made for Services and nodes.
    tagged(clusters, "owned"),
    described("describe-volumes", [`Name=tag:${ours},Values=${stack}`], readVolumes),
    described("describe-volumes", [`Name=tag:${clusters},Values=owned`], readVolumes),
    described("describe-network-interfaces", [`Name=tag:${ours},Values=${stack}`], readInterfaces),
    described(
      "describe-network-interfaces",
      [`Name=tag:cluster.k8s.amazonaws.com/name,Values=${cluster}`],
      readInterfaces,
    ),
    described(
      "describe-instances",
      [
        `Name=tag:${ours},Values=${stack}`,
        "Name=instance-state-name,Values=pending,running,stopping,stopped",
      ],
      readInstances,
    ),
    described(
      "describe-nat-gateways",
      [`Name=tag:${ours},Values=${stack}`, "Name=state,Values=pending,available,deleting"],
      readGateways,
      "--filter",
    ),
    { args: ["iam", "list-roles", "--output=json"], read: rolesReader(cluster) },
  ];
}
