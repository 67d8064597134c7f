import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { textAt, type JsonObject } from "../../../tools/plugins/kit/json.ts";
import type { DirectCloud, Resource } from "../kit/direct-cloud.ts";
import { attach, cluster, directAws, ids, role, subnets, vpc } from "./direct-aws.ts";
import { publishMore } from "./published.ts";
import * as types from "./types.ts";

let cloud: DirectCloud;
let network: Resource;

beforeEach(async () => {
  cloud = await directAws();
  network = await vpc(cloud);
});

afterEach(() => {
  cloud.dispose();
});

/** What a node group stands on, and its inputs. */
async function groupInputs(more: JsonObject = {}): Promise<JsonObject> {
  cluster(cloud, network.id);
  const nodes = await role(cloud, "ec2.amazonaws.com");
  await attach(cloud, nodes, "AmazonEKSWorkerNodePolicy");
  return {
    clusterName: "main",
    nodeRoleArn: nodes.outputs["arn"] ?? "",
    subnetIds: ids(await subnets(cloud, network)),
    nodeGroupNamePrefix: "gpu-v100-",
    scalingConfig: { minSize: 0, desiredSize: 0, maxSize: 4 },
    ...more,
  };
}

describe("a node group", () => {
  it("is named after its prefix, and its autoscaling group after it", async () => {
    const { id, outputs } = await cloud.create(types.nodeGroup, "nodes", await groupInputs());
    const name = textAt(outputs, "nodeGroupName") ?? "";
    expect(name).toMatch(/^gpu-v100-\d{17}[0-9a-f]{9}$/);
    expect(id).toBe(`main:${name}`);
    const group = textAt(outputs, "resources", 0, "autoscalingGroups", 0, "name") ?? "";
    expect(group).toMatch(new RegExp(`^eks-${name}-[0-9a-f-]{36}$`));
    expect(cloud.store.find(types.autoscalingGroup, group)).toBeDefined();
    expect(outputs).toMatchObject({ capacityType: "ON_DEMAND", diskSize: 20, version: "1.35" });
  });

  it.each<[string, JsonObject, string]>([
    [
      "with an AMI for GPUs on machines without",
      { amiType: "AL2023_x86_64_NVIDIA", instanceTypes: ["m6i.xlarge"] },
      "[m6i.xlarge] is not a valid instance type",
    ],
    [
      "of a type that EC2 has retired, without nodes as well",
      { instanceTypes: ["p3.2xlarge"] },
      "The following supplied instance types do not exist: [p3.2xlarge]",
    ],
    [
      "with more nodes than it may have",
      { scalingConfig: { minSize: 0, desiredSize: 5, maxSize: 4 } },
      "desired capacity 5",
    ],
    [
      "with fewer nodes than it must have",
      { scalingConfig: { minSize: 2, desiredSize: 1, maxSize: 4 } },
      "Minimum capacity 2",
    ],
    [
      "with images for another version of Kubernetes",
      { releaseVersion: "1.34.3-20261101" },
      "Requested Nodegroup release version 1.34.3-20261101 is invalid",
    ],
    [
      "with images that are not there yet",
      { releaseVersion: "1.35.3-20261108" },
      "Allowed release version is 1.35.3-20261101",
    ],
    ["newer than its cluster", { version: "1.36" }, "Allowed release version is 1.35"],
    [
      "with a taint in Kubernetes' spelling",
      { taints: [{ key: "a", value: "b", effect: "NoSchedule" }] },
      'taints[0].effect: "NoSchedule" is none of',
    ],
    [
      "with an AMI that EKS does not know",
      { amiType: "AL2023_NVIDIA" },
      'amiType: "AL2023_NVIDIA" is none of',
    ],
    [
      "with a prefix that leaves no room for the rest",
      { nodeGroupNamePrefix: "a".repeat(38) },
      "at most 37 characters",
    ],
    ["with a tag of another alphabet", { tags: { "a{b}": "c" } }, "keys and values take letters"],
    [
      "with 51 tags",
      { tags: Object.fromEntries(Array.from({ length: 51 }, (_, i) => [`t${i}`, ""])) },
      "51 tags, 50 are allowed",
    ],
  ])("is refused %s", async (_what, more, reason) => {
    const creating = cloud.create(types.nodeGroup, "nodes", await groupInputs(more));
    await expect(creating).rejects.toThrow(reason);
  });

  it("keeps its images until it is told of a newer release", async () => {
    const inputs = await groupInputs();
    const group = await cloud.create(types.nodeGroup, "nodes", inputs);
    expect(group.outputs["releaseVersion"]).toBe("1.35.3-20261101");
    publishMore(cloud.store.folder);
    const labelled = await cloud.update(group, { ...inputs, labels: { a: "b" } });
    expect(labelled.outputs["releaseVersion"]).toBe("1.35.3-20261101");
    const told = await cloud.update(group, { ...inputs, releaseVersion: "1.35.3-20261108" });
    expect(told.outputs["releaseVersion"]).toBe("1.35.3-20261108");
  });

  it("is refused where a zone does not sell its type, with the zones that do", async () => {
    const inputs = await groupInputs({ instanceTypes: ["g6.2xlarge"] });
    const elsewhere = await cloud.create(types.subnet, "elsewhere", {
      vpcId: network.id,
      availabilityZoneId: "use1-az3",
      cidrBlock: "10.10.64.0/20",
    });
    const subnetIds = [...ids([elsewhere])];
    const creating = cloud.create(types.nodeGroup, "nodes", { ...inputs, subnetIds });
    const zone = textAt(elsewhere.outputs, "availabilityZone") ?? "";
    await expect(creating).rejects.toThrow(
      `type (g6.2xlarge) is not supported in your requested Availability Zone (${zone})`,
    );
  });

  it("is refused with a version of its launch template that does not exist, or a disk beside it", async () => {
    const template = await cloud.create(types.launchTemplate, "template", {});
    const inputs = await groupInputs({ launchTemplate: { id: template.id, version: "2" } });
    const creating = cloud.create(types.nodeGroup, "nodes", inputs);
    await expect(creating).rejects.toThrow("launch template version 2");
    const launchTemplate = { id: template.id, version: "1" };
    const withDisk = { ...inputs, launchTemplate, diskSize: 100 };
    await expect(cloud.create(types.nodeGroup, "nodes", withDisk)).rejects.toThrow(
      "Disk size must",
    );
    await cloud.create(types.nodeGroup, "nodes", { ...inputs, launchTemplate });
  });

  it("is refused with a role that nodes cannot join with", async () => {
    const inputs = await groupInputs();
    const bare = await cloud.create(types.role, "bare", { assumeRolePolicy: "{}" });
    const nodeRoleArn = bare.outputs["arn"] ?? "";
    const creating = cloud.create(types.nodeGroup, "nodes", { ...inputs, nodeRoleArn });
    await expect(creating).rejects.toThrow("attach AmazonEKSWorkerNodePolicy");
  });

  it.each<[string, JsonObject, string]>([
    ["instanceTypes", { instanceTypes: ["g6.2xlarge"] }, "add-replace"],
    ["capacityType", { capacityType: "SPOT" }, "add-replace"],
    ["amiType", { amiType: "AL2023_x86_64_NVIDIA" }, "add-replace"],
    ["diskSize", { diskSize: 200 }, "add-replace"],
    ["subnetIds", { subnetIds: ["subnet-1"] }, "replace"],
    ["launchTemplate.id", { launchTemplate: { id: "lt-2", version: "1" } }, "update-replace"],
    ["launchTemplate.version", { launchTemplate: { id: "lt-1", version: "2" } }, "update"],
    ["scalingConfig", { scalingConfig: { minSize: 1, desiredSize: 1, maxSize: 9 } }, "update"],
    ["labels", { labels: { a: "b" } }, "add"],
    ["taints", { taints: [{ key: "a", effect: "NO_SCHEDULE" }] }, "add"],
    ["updateConfig", { updateConfig: { maxUnavailable: 2 } }, "add"],
    ["version", { version: "1.36" }, "add"],
  ])("with another %s is another one, or the same changed", async (_field, change, expected) => {
    const inputs = await groupInputs({ launchTemplate: { id: "lt-1", version: "1" } });
    const made: Resource = {
      type: types.nodeGroup,
      name: "n",
      id: "main:n",
      inputs,
      outputs: inputs,
    };
    const kinds = new Set(Object.values(await cloud.diff(made, change)));
    expect([...kinds].every((kind) => kind.endsWith("replace"))).toBe(expected.endsWith("replace"));
    expect(kinds.size).toBeGreaterThan(0);
    if (expected !== "replace") expect([...kinds]).toEqual([expected]);
  });

  it("keeps its subnets from being deleted, and takes its autoscaling group along", async () => {
    const inputs = await groupInputs();
    const group = await cloud.create(types.nodeGroup, "nodes", inputs);
    const [id = ""] = inputs["subnetIds"] as string[];
    const subnet: Resource = { type: types.subnet, name: "s", id, inputs: {}, outputs: {} };
    await expect(cloud.delete(subnet)).rejects.toThrow("DependencyViolation");
    await cloud.delete(group);
    expect(cloud.store.list(types.autoscalingGroup)).toEqual([]);
    await cloud.delete(subnet);
  });

  it("whose maker was killed is finished by EKS, as the next refresh sees", async () => {
    const made = await cloud.create(types.nodeGroup, "nodes", await groupInputs());
    for (const group of cloud.store.list(types.autoscalingGroup)) cloud.store.remove(group);
    await cloud.read(made);
    expect(cloud.store.list(types.autoscalingGroup)).toHaveLength(1);
  });
});
