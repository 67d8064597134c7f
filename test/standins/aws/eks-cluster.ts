import { numberAt, objectAt, textAt, type JsonObject } from "../../../tools/plugins/kit/json.ts";
import { startFor, stopFor } from "./simulated-cluster.ts";
import type { Draft, Row } from "../kit/row.ts";
import { textsAt, type CloudStore, type Entry } from "../kit/store.ts";
import { takesControlPlanes, zonesOf } from "./offerings.ts";
import { arn, ec2Id, hex, placeOf, regionOf } from "./place.ts";
import { failure, mismatch } from "./rules.ts";
import * as types from "./types.ts";

/** Second number of "1.35". */
function minorOf(version: string | undefined): number {
  return Number(version?.split(".")[1] ?? Number.NaN);
}

function subnetsOf({ inputs, store }: Draft): Entry[] {
  return textsAt(inputs, "vpcConfig.subnetIds.*").flatMap(
    (id) => store.find(types.subnet, id) ?? [],
  );
}

function networkRefusal(draft: Draft): string | undefined {
  const config = objectAt(draft.inputs, "vpcConfig");
  const closed =
    config?.["endpointPrivateAccess"] === false && config["endpointPublicAccess"] === false;
  if (closed) {
    return "InvalidParameterException: Private and public endpoint access cannot be false";
  }
  const subnets = subnetsOf(draft);
  const zones = new Set(subnets.map(({ outputs }) => textAt(outputs, "availabilityZone") ?? ""));
  const vpcs = new Set(subnets.map(({ outputs }) => outputs["vpcId"]));
  if (vpcs.size > 1) {
    return "InvalidParameterException: Subnets specified must belong to the same VPC";
  }
  if (zones.size < 2) {
    return "InvalidParameterException: Subnets specified must be in at least two different AZs";
  }
  return zoneRefusal(draft, zones);
}

/** In EKS's own words (aws-samples/aws-workshop-for-kubernetes #529). */
function zoneRefusal({ inputs, config }: Draft, zones: ReadonlySet<string>): string | undefined {
  const wrong = [...zones].find((zone) => !takesControlPlanes(zone));
  if (wrong === undefined) return undefined;
  const others = zonesOf(regionOf(inputs, config)).filter(takesControlPlanes).join(", ");
  return `UnsupportedAvailabilityZoneException: Cannot create cluster '${textAt(inputs, "name") ?? ""}' because ${wrong}, the targeted availability zone, does not currently have sufficient capacity to support the cluster. Retry and choose from these availability zones: ${others}`;
}

/** EKS takes on the role when it makes the cluster, so that the role must let it. */
function roleRefusal({ inputs, store }: Draft): string | undefined {
  const roleArn = textAt(inputs, "roleArn") ?? "";
  const trust = textAt(store.referred(types.role, roleArn)?.outputs, "assumeRolePolicy") ?? "";
  if (trust.includes("eks.amazonaws.com")) return undefined;
  return `InvalidParameterException: Role with arn: ${roleArn}, could not be assumed because it does not exist or the trusted entity is not correct`;
}

function versionRefusal({ inputs, old }: Draft): string | undefined {
  const [from, to] = [textAt(old, "version"), textAt(inputs, "version")];
  const step = minorOf(to) - minorOf(from);
  if (from === undefined || to === undefined || step === 0 || step === 1) return undefined;
  return `InvalidParameterException: Unsupported Kubernetes minor version update from ${from} to ${to}`;
}

/** Interfaces of the control plane and of all nodes carry it; EKS makes it and deletes it. */
function clusterSecurityGroup(entry: Entry, store: CloudStore): string {
  const name = `eks-cluster-sg-${entry.name}`;
  const there = store.list(types.securityGroup).find((group) => group.name.startsWith(name));
  if (there !== undefined) return there.id;
  const id = ec2Id("sg");
  const tags = {
    "aws:eks:cluster-name": entry.name,
    [`kubernetes.io/cluster/${entry.name}`]: "owned",
  };
  const vpcId = vpcOf(entry, store);
  const outputs = { vpcId, tags, tagsAll: tags, ingress: [], egress: [] };
  const named = `${name}-${hex(10)}`;
  store.create({
    provider: "aws",
    type: types.securityGroup,
    id,
    name: named,
    inputs: { vpcId },
    outputs: { ...outputs, name: named },
  });
  return id;
}

function vpcOf({ outputs }: Entry, store: CloudStore): string {
  const [first = ""] = textsAt(outputs, "vpcConfig.subnetIds.*");
  return textAt(store.find(types.subnet, first)?.outputs, "vpcId") ?? "";
}

async function start(entry: Entry, store: CloudStore): Promise<JsonObject> {
  const access = await startFor(entry, store);
  const vpcConfig = {
    ...objectAt(entry.outputs, "vpcConfig"),
    vpcId: vpcOf(entry, store),
    clusterSecurityGroupId: clusterSecurityGroup(entry, store),
  };
  return { ...access, vpcConfig, status: "ACTIVE" };
}

/** EKS leaves its group behind, without a word, where something of the program still names it. */
function removeSecurityGroup({ outputs }: Entry, store: CloudStore): void {
  const id = textAt(outputs, "vpcConfig", "clusterSecurityGroupId") ?? "";
  const group = store.find(types.securityGroup, id);
  const others = store.list().filter((other) => other.id !== id);
  const isNamed = others.some((other) => JSON.stringify(other.outputs).includes(id));
  if (group !== undefined && !isNamed) store.remove(group);
}

/** EKS goes on with a cluster whose creation nobody waited for any more. */
function finished(entry: Entry, store: CloudStore): Promise<JsonObject> {
  return entry.outputs["status"] === "ACTIVE" ? Promise.resolve({}) : start(entry, store);
}

/** What EKS adds to an object that the program gives a part of; an update has it already. */
function completed({ inputs, old }: Draft): JsonObject {
  const before = objectAt(old, "vpcConfig");
  const computed = before === undefined ? {} : pick(before, ["vpcId", "clusterSecurityGroupId"]);
  return { vpcConfig: { ...objectAt(inputs, "vpcConfig"), ...computed } };
}

function pick(object: JsonObject, keys: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([key]) => keys.includes(key)));
}

const defaultVersion = "1.35";

export const cluster: Row = {
  autoname: { property: "name", maxLength: 100 },
  id: ({ inputs }) => textAt(inputs, "name") ?? "",
  replaces: [
    "accessConfig.bootstrapClusterCreatorAdminPermissions",
    "bootstrapSelfManagedAddons",
    "encryptionConfig",
    "kubernetesNetworkConfig.ipFamily",
    "kubernetesNetworkConfig.serviceIpv4Cidr",
    "name",
    "outpostConfig",
    "region",
    "roleArn",
  ],
  defaults: {
    accessConfig: {
      authenticationMode: "CONFIG_MAP",
      bootstrapClusterCreatorAdminPermissions: true,
    },
    bootstrapSelfManagedAddons: true,
    deletionProtection: false,
    kubernetesNetworkConfig: { ipFamily: "ipv4", serviceIpv4Cidr: "172.20.0.0/16" },
    upgradePolicy: { supportType: "EXTENDED" },
    version: defaultVersion,
    vpcConfig: { endpointPrivateAccess: false, endpointPublicAccess: true },
  },
  problems: (inputs) => [
    ...mismatch(inputs, "name", {
      pattern: /^[0-9A-Za-z][A-Za-z0-9_-]{0,99}$/,
      reason: "is no name of a cluster: letters, digits, hyphens and underscores, at most 100",
    }),
    ...mismatch(inputs, "version", { pattern: /^1\.\d\d$/, reason: "is no Kubernetes version" }),
    ...(numberAt(inputs, "vpcConfig", "subnetIds", "length") === 0
      ? [failure("vpcConfig.subnetIds", "must not be empty")]
      : []),
  ],
  uses: [
    { field: "roleArn", type: types.role, onDelete: "nothing" },
    { field: "vpcConfig.subnetIds.*", type: types.subnet, onDelete: "refuse" },
    { field: "vpcConfig.securityGroupIds.*", type: types.securityGroup, onDelete: "refuse" },
    { field: "encryptionConfig.provider.keyArn", type: types.key, onDelete: "nothing" },
  ],
  refuses: (draft) => networkRefusal(draft) ?? roleRefusal(draft) ?? versionRefusal(draft),
  outputs: (shaped) => ({
    arn: arn(placeOf(shaped), "eks", `cluster/${shaped.id}`),
    platformVersion: "eks.9",
    ...completed(shaped),
  }),
  made: ({ inputs, config }) => {
    const issuer = `https://oidc.eks.${regionOf(inputs, config)}.amazonaws.com/id/${hex(32).toUpperCase()}`;
    return {
      identities: [{ oidcs: [{ issuer }] }],
      createdAt: new Date().toISOString(),
      status: "CREATING",
    };
  },
  onCreate: start,
  onUpdate: finished,
  onRead: finished,
  beforeDelete: (entry) => {
    if (entry.outputs["deletionProtection"] === true) {
      throw new Error(
        `InvalidRequestException: Cannot delete cluster ${entry.name}: deletion protection is enabled. Set deletionProtection to false and apply it first.`,
      );
    }
    return Promise.resolve();
  },
  afterDelete: async (entry, store) => {
    await stopFor(entry, store);
    removeSecurityGroup(entry, store);
  },
};
