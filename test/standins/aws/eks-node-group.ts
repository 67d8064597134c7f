import { randomUUID } from "node:crypto";
import { at, listAt, numberAt, textAt, type JsonObject } from "../../../tools/plugins/kit/json.ts";
import type { Failure } from "../../../tools/plugins/kit/provider.ts";
import type { Draft, Row, Shaped } from "../kit/row.ts";
import { textsAt, type CloudStore, type Entry } from "../kit/store.ts";
import { nodesCame, nodesWent } from "./simulated-cluster.ts";
import { isSold, isSoldIn, zonesOf } from "./offerings.ts";
import { arn, placeOf, regionOf, uniqueSuffix } from "./place.ts";
import { clusterVersion } from "./eks-parts.ts";
import { releases } from "./published.ts";
import { failure, mismatch } from "./rules.ts";
import * as types from "./types.ts";

const names = {
  pattern: /^[0-9A-Za-z][A-Za-z0-9_-]{0,62}$/,
  reason: "is no name of a node group: letters, digits, hyphens and underscores, at most 63",
};

/** The suffix of 26 characters has to fit. */
const prefixes = {
  pattern: /^[0-9A-Za-z][A-Za-z0-9_-]{0,36}$/,
  reason: "is no prefix of a node group's name: at most 37 characters",
};

const effects = ["NO_SCHEDULE", "NO_EXECUTE", "PREFER_NO_SCHEDULE"];

function taintProblems(inputs: JsonObject): Failure[] {
  return listAt(inputs, "taints").flatMap((taint, index) => {
    const effect = textAt(taint, "effect") ?? "";
    if (effects.includes(effect)) return [];
    return [failure(`taints[${index}].effect`, `"${effect}" is none of ${effects.join(", ")}`)];
  });
}

function choice(inputs: JsonObject, property: string, values: readonly string[]): Failure[] {
  const value = textAt(inputs, property);
  if (value === undefined || values.includes(value)) return [];
  return [failure(property, `"${value}" is none of ${values.join(", ")}`)];
}

const amiTypes = [
  "AL2023_x86_64_STANDARD",
  "AL2023_ARM_64_STANDARD",
  "AL2023_x86_64_NVIDIA",
  "AL2023_x86_64_NEURON",
  "AL2023_ARM_64_NVIDIA",
  "BOTTLEROCKET_x86_64",
  "BOTTLEROCKET_ARM_64",
  "BOTTLEROCKET_x86_64_NVIDIA",
  "BOTTLEROCKET_ARM_64_NVIDIA",
  "CUSTOM",
];

function scalingRefusal({ inputs }: Draft): string | undefined {
  const size = (key: string): number => numberAt(inputs, "scalingConfig", key) ?? 0;
  const [min, desired, max] = [size("minSize"), size("desiredSize"), size("maxSize")];
  if (max < 1) return "InvalidParameterException: Maximum capacity must be at least 1";
  if (min > desired) {
    return `InvalidParameterException: Minimum capacity ${min} can't be greater than desired size ${desired}`;
  }
  if (desired <= max) return undefined;
  return `InvalidParameterException: desired capacity ${desired} can't be greater than max size ${max}`;
}

function templateRefusal({ inputs, store }: Draft): string | undefined {
  const wanted = at(inputs, "launchTemplate");
  if (wanted === undefined) return undefined;
  if (inputs["diskSize"] !== undefined) {
    return "InvalidParameterException: Disk size must be specified within the launch template.";
  }
  const reference = textAt(wanted, "id") ?? textAt(wanted, "name") ?? "";
  const template = store.referred(types.launchTemplate, reference);
  const [latest, version] = [
    numberAt(template?.outputs, "latestVersion") ?? 0,
    Number(textAt(wanted, "version") ?? Number.NaN),
  ];
  if (version >= 1 && version <= latest) return undefined;
  return `InvalidParameterException: launch template version ${version} of ${reference} does not exist`;
}

/**
 * EKS asks EC2 for the types before it makes a group, at size 0 as well: for what does not exist
 * (aws/amazon-vpc-resource-controller-k8s #316), and for what a zone does not have (awslabs/ec2-spot-workshops #154).
 */
function offeringRefusal({ inputs, store, config }: Draft): string | undefined {
  const machines = textsAt(inputs, "instanceTypes.*");
  const gone = machines.filter((type) => !isSold(type));
  if (gone.length > 0) {
    return `InvalidParameterException: The following supplied instance types do not exist: [${gone.join(", ")}]`;
  }
  const zones = textsAt(inputs, "subnetIds.*").map(
    (id) => textAt(store.find(types.subnet, id)?.outputs, "availabilityZone") ?? "",
  );
  for (const type of machines) {
    const wrong = zones.find((zone) => !isSoldIn(type, zone));
    if (wrong === undefined) continue;
    const others = zonesOf(regionOf(inputs, config)).filter((zone) => isSoldIn(type, zone));
    return `InvalidRequestException: Your requested instance type (${type}) is not supported in your requested Availability Zone (${wrong}). Please retry your request by not specifying an Availability Zone or choosing ${others.join(", ")}.`;
  }
  return undefined;
}

/** EC2's families with GPUs begin with a p or a g. */
const gpuFamily = /^[pg]\d/;

function machineRefusal({ inputs }: Draft): string | undefined {
  const ami = textAt(inputs, "amiType") ?? "";
  const wrong = textsAt(inputs, "instanceTypes.*").find((type) => !gpuFamily.test(type));
  if (!ami.endsWith("_NVIDIA") || wrong === undefined) return undefined;
  return `InvalidParameterException: [${wrong}] is not a valid instance type for requested amiType ${ami}`;
}

function minorOf(version: string): number {
  return Number(version.split(".")[1] ?? 0);
}

function clusterRefusal({ inputs, store }: Draft): string | undefined {
  const cluster = store.find(types.cluster, textAt(inputs, "clusterName") ?? "");
  const clusterVersion = textAt(cluster?.outputs, "version") ?? "";
  const version = textAt(inputs, "version") ?? clusterVersion;
  if (minorOf(version) > minorOf(clusterVersion)) {
    return `InvalidParameterException: Requested Nodegroup release version ${version} is invalid. Allowed release version is ${clusterVersion}`;
  }
  const vpcId = textAt(cluster?.outputs, "vpcConfig", "vpcId");
  const foreign = textsAt(inputs, "subnetIds.*").find(
    (id) => textAt(store.find(types.subnet, id)?.outputs, "vpcId") !== vpcId,
  );
  if (foreign === undefined) return undefined;
  return `InvalidParameterException: The subnet ID '${foreign}' is not in the VPC of the cluster`;
}

function versionOf(draft: Draft): string {
  return textAt(draft.inputs, "version") ?? clusterVersion(draft);
}

/** Without a release it is the newest one on the day that the group got its version, and stays that. */
function releaseOf({ inputs, old, store }: Draft, version: string): string {
  const before = textAt(old, "releaseVersion");
  const stays = before?.startsWith(`${version}.`) === true ? before : undefined;
  const newest = releases(version, store.folder).at(-1) ?? "";
  return textAt(inputs, "releaseVersion") ?? stays ?? newest;
}

function releaseRefusal(draft: Draft): string | undefined {
  const wanted = textAt(draft.inputs, "releaseVersion");
  const version = versionOf(draft);
  const newest = releases(version, draft.store.folder).at(-1) ?? "";
  // Both end with the day of the release.
  if (wanted === undefined || (wanted.startsWith(`${version}.`) && wanted <= newest)) {
    return undefined;
  }
  return `InvalidParameterException: Requested Nodegroup release version ${wanted} is invalid. Allowed release version is ${newest}`;
}

/** The policies that a node cannot join without; the pod network may have its own in another way. */
function roleRefusal({ inputs, store }: Draft): string | undefined {
  const reference = textAt(inputs, "nodeRoleArn") ?? "";
  const role = store.referred(types.role, reference);
  const attached = store
    .list("aws:iam/rolePolicyAttachment:RolePolicyAttachment")
    .filter(({ outputs }) => outputs["role"] === role?.name)
    .map(({ outputs }) => textAt(outputs, "policyArn") ?? "");
  if (attached.some((policy) => policy.endsWith("/AmazonEKSWorkerNodePolicy"))) return undefined;
  return `InvalidParameterException: The role ${reference} cannot be used by nodes: attach AmazonEKSWorkerNodePolicy`;
}

function nameOf({ inputs, old }: Draft): string {
  const given = textAt(inputs, "nodeGroupName") ?? textAt(old, "nodeGroupName");
  return given ?? `${textAt(inputs, "nodeGroupNamePrefix") ?? ""}${uniqueSuffix()}`;
}

/** EKS names the group of instances after the node group and a part of its ARN. */
function made({ inputs, config, id }: Shaped): JsonObject {
  const [clusterName = "", name = ""] = id.split(":");
  const uuid = randomUUID();
  const group = { name: `eks-${name}-${uuid}` };
  return {
    arn: arn(placeOf({ inputs, config }), "eks", `nodegroup/${clusterName}/${name}/${uuid}`),
    nodeGroupName: name,
    resources: [{ autoscalingGroups: [group], remoteAccessSecurityGroupId: "" }],
    status: "CREATING",
  };
}

function groupNameOf(entry: Entry): string {
  return textAt(entry.outputs, "resources", 0, "autoscalingGroups", 0, "name") ?? "";
}

function makeGroup(entry: Entry, store: CloudStore): void {
  const name = groupNameOf(entry);
  if (store.find(types.autoscalingGroup, name) !== undefined) return;
  const outputs = { name, nodeGroup: entry.id };
  const type = types.autoscalingGroup;
  store.create({ provider: "aws", type, id: name, name, inputs: {}, outputs });
}

function clusterOf({ outputs }: Entry, store: CloudStore): Entry | undefined {
  return store.find(types.cluster, textAt(outputs, "clusterName") ?? "");
}

/** A group is there with its first nodes. */
async function activate(entry: Entry, store: CloudStore): Promise<JsonObject> {
  makeGroup(entry, store);
  const cluster = clusterOf(entry, store);
  const count = numberAt(entry.outputs, "scalingConfig", "desiredSize") ?? 0;
  if (count > 0 && cluster !== undefined && !(await nodesCame(cluster, entry, { store, count }))) {
    throw new Error(
      `waiting for EKS Node Group (${entry.id}) create: unexpected state 'CREATE_FAILED', wanted target 'ACTIVE'. last error: ${groupNameOf(entry)}: AsgInstanceLaunchFailures: Could not launch instances. InsufficientInstanceCapacity`,
    );
  }
  return { status: "ACTIVE" };
}

function finished(entry: Entry, store: CloudStore): Promise<JsonObject> {
  return entry.outputs["status"] === "ACTIVE" ? Promise.resolve({}) : activate(entry, store);
}

async function removeGroup(entry: Entry, store: CloudStore): Promise<void> {
  const cluster = clusterOf(entry, store);
  if (cluster !== undefined && !(await nodesWent(cluster, entry, store))) {
    throw new Error(
      `waiting for EKS Node Group (${entry.id}) delete: timeout while waiting for resource to be gone`,
    );
  }
  const group = store.find(types.autoscalingGroup, groupNameOf(entry));
  if (group !== undefined) store.remove(group);
}

/** Without a launch template EKS chooses the disk, and in any case an instance type. */
function defaults(inputs: JsonObject): JsonObject {
  const own: JsonObject = inputs["launchTemplate"] === undefined ? { diskSize: 20 } : {};
  return {
    ...own,
    amiType: "AL2023_x86_64_STANDARD",
    capacityType: "ON_DEMAND",
    instanceTypes: ["t3.medium"],
    updateConfig: { maxUnavailable: 1 },
  };
}

export const nodeGroup: Row = {
  autoname: { property: "nodeGroupName", maxLength: 63, unless: "nodeGroupNamePrefix" },
  id: (draft) => `${textAt(draft.inputs, "clusterName") ?? ""}:${nameOf(draft)}`,
  name: (_, id) => id.replace(/^.*:/, ""),
  replaces: [
    "amiType",
    "capacityType",
    "clusterName",
    "diskSize",
    "instanceTypes",
    "launchTemplate.id",
    "launchTemplate.name",
    "nodeGroupName",
    "nodeGroupNamePrefix",
    "nodeRoleArn",
    "region",
    "remoteAccess",
    "subnetIds",
  ],
  defaults,
  problems: (inputs) => [
    ...mismatch(inputs, "nodeGroupName", names),
    ...mismatch(inputs, "nodeGroupNamePrefix", prefixes),
    ...choice(inputs, "amiType", amiTypes),
    ...choice(inputs, "capacityType", ["ON_DEMAND", "SPOT", "CAPACITY_BLOCK"]),
    ...taintProblems(inputs),
  ],
  uses: [
    { field: "clusterName", type: types.cluster, onDelete: "refuse" },
    { field: "nodeRoleArn", type: types.role, onDelete: "nothing" },
    { field: "subnetIds.*", type: types.subnet, onDelete: "refuse" },
    { field: "launchTemplate.id", type: types.launchTemplate, onDelete: "nothing" },
  ],
  refuses: (draft) =>
    scalingRefusal(draft) ??
    templateRefusal(draft) ??
    machineRefusal(draft) ??
    clusterRefusal(draft) ??
    releaseRefusal(draft) ??
    offeringRefusal(draft) ??
    (draft.old === undefined ? roleRefusal(draft) : undefined),
  outputs: (shaped) => {
    const version = versionOf(shaped);
    return { version, releaseVersion: releaseOf(shaped, version) };
  },
  made,
  onCreate: activate,
  // What had no nodes yet gets another chance with the next update.
  onUpdate: finished,
  onRead: (entry, store) => {
    makeGroup(entry, store);
    return Promise.resolve({});
  },
  afterDelete: removeGroup,
};
