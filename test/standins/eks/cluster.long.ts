import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseJson, textAt } from "../../../tools/plugins/kit/json.ts";
import { binaries } from "../../support/control-plane.ts";
import { summary, type Operation } from "../../tools/plugins/harness/cli-project.ts";
import { stopAllClusters } from "../cluster/cluster.ts";
import { cloudProject, type CloudProject } from "../kit/cloud-project.ts";
import { CloudStore } from "../kit/store.ts";

const program = path.join(import.meta.dirname, "fixtures/cluster.ts");
const bin = path.join(import.meta.dirname, "../bin");

let cloud: CloudProject;

beforeAll(async () => {
  cloud = await cloudProject(program, ["aws", "eks"]);
});

afterAll(async () => {
  await stopAllClusters(cloud.cloud);
  cloud.dispose();
});

function pulumi(verb: string, ...phases: string[]): Promise<Operation> {
  return cloud.project.operation(verb, { PHASE: phases.join(",") });
}

function stored(type: string) {
  return new CloudStore(cloud.cloud).list(type);
}

/** What the real component makes of the same program, under its names. */
const component = [
  "eks: create",
  "eks-admins: create",
  "eks-admins-admin: create",
  "eks-eks-k8s: create",
  "eks-eksCluster: create",
  "eks-eksRole: create",
  "eks-eksRole-4b490823: create",
  "eks-eksRole-role: create",
  "eks-kube-proxy: create",
  "eks-oidcProvider: create",
  "eks-vpc-cni: create",
  "eks-vpc-cni: create",
];

const all = [
  ...component,
  "aws: create",
  "coredns: create",
  "key: create",
  "node-policy: create",
  "node-role: create",
  "nodes: create",
  "subnet-a: create",
  "subnet-b: create",
  "system: create",
  "template: create",
  "vpc: create",
].sort();

function kubectl(...args: string[]): string {
  const kubeconfig = path.join(cloud.cloud, "kubeconfig.json");
  return execFileSync(
    path.join(binaries(), "kubectl"),
    ["--kubeconfig", kubeconfig, "--cache-dir", `${kubeconfig}.cache`, ...args],
    {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
      env: {
        ...process.env,
        FRAMEWRIGHT_CLOUD: cloud.cloud,
        PATH: `${bin}:${process.env["PATH"]}`,
      },
    },
  );
}

describe("a cluster by @pulumi/eks on the simulated AWS", () => {
  it("is previewed with all its children, whose outputs are unknown, and nothing is made", async () => {
    const preview = await pulumi("preview");
    expect(preview.code, preview.messages.join("\n")).toBe(0);
    expect(summary(preview)).toEqual(all);
    expect(preview.messages).toEqual(["the security group is not known yet"]);
    expect(new CloudStore(cloud.cloud).list()).toEqual([]);
  });

  it("refuses inputs that the SDK does not have, and those that the stand-in lacks", async () => {
    const preview = await pulumi("preview", "mistakes");
    expect(preview.code).not.toBe(0);
    const text = preview.messages.join("\n");
    expect(text).toContain('unknown field; did you mean "enableNetworkPolicy"?');
    expect(text).toContain("the stand-in for @pulumi/eks lacks it");
  });

  it("is created, and its API answers to the exec plugin's token", async () => {
    const up = await pulumi("up");
    expect(up.code, up.messages.join("\n")).toBe(0);
    expect(summary(up)).toEqual(all);
    const outputs = await cloud.project.outputs();
    expect(outputs).toMatchObject({
      coreEndpoint: outputs["endpoint"],
      kubeconfig: JSON.parse(String(outputs["kubeconfigJson"])) as unknown,
      nodeTags: { "framewright:stack": "test" },
      securityGroupId: expect.stringMatching(/^sg-/) as string,
      templateVersion: 1,
    });
    expect(outputs["oidcProviderArn"]).toBe(
      `arn:aws:iam::111122223333:oidc-provider/${String(outputs["oidcIssuer"])}`,
    );
    writeFileSync(path.join(cloud.cloud, "kubeconfig.json"), String(outputs["kubeconfigJson"]));
    const groups = "{.items[*].metadata.labels.eks\\.amazonaws\\.com/nodegroup}";
    expect(kubectl("get", "nodes", `--output=jsonpath=${groups}`)).toMatch(/^system-[0-9a-f]{7}$/);
  });

  it("tells the network add-on what its options mean", () => {
    const addon = stored("aws:eks/addon:Addon").find(({ name }) => name === "vpc-cni");
    const values = parseJson(textAt(addon?.inputs, "configurationValues") ?? "");
    expect(values).toMatchObject({
      enableNetworkPolicy: "true",
      env: { ENABLE_PREFIX_DELEGATION: "true", WARM_ENI_TARGET: "1" },
    });
  });

  it("changes nothing the second time, and is read back as it was made", async () => {
    const up = await cloud.project.operation("up", {}, "--refresh");
    expect(up.code, up.messages.join("\n")).toBe(0);
    expect(summary(up).filter((step) => !step.endsWith(": refresh"))).toEqual([]);
  });

  it("has a node group replaced for another machine, and others changed in place", async () => {
    const up = await pulumi("up", "machine", "template", "scale", "protect");
    expect(up.code, up.messages.join("\n")).toBe(0);
    expect(summary(up)).toEqual([
      "eks-eksCluster: update",
      "eks: update",
      "nodes: create-replacement",
      "nodes: delete-replaced",
      "nodes: replace",
      "system: update",
      "template: update",
    ]);
  });

  it("keeps its control plane while it is protected, and is whole again with the next update", async () => {
    const destroy = await pulumi("destroy");
    expect(destroy.code).not.toBe(0);
    expect(destroy.messages.join("\n")).toContain("deletion protection is enabled");
    expect(kubectl("get", "namespace", "default", "--output=name")).toBe("namespace/default\n");
    const up = await pulumi("up");
    expect(up.code, up.messages.join("\n")).toBe(0);
    expect(summary(up)).toContain("eks-eksCluster: update");
  });

  it("keeps its subnets while a load balancer is left in them", async () => {
    const store = new CloudStore(cloud.cloud);
    const subnets = store.list("aws:ec2/subnet:Subnet").map(({ id }) => id);
    const left = { provider: "aws", type: "loadbalancer", id: "left", name: "left" };
    const entry = store.create({ ...left, inputs: { subnets }, outputs: {} });
    const destroy = await pulumi("destroy");
    expect(destroy.code).not.toBe(0);
    expect(destroy.messages.join("\n")).toContain("DependencyViolation: The subnet");
    expect(store.list("aws:eks/cluster:Cluster")).toEqual([]);
    expect(store.list("aws:ec2/subnet:Subnet")).toHaveLength(2);
    store.remove(entry);
  });

  it("is destroyed without anything left, processes included", async () => {
    const destroy = await pulumi("destroy");
    expect(destroy.code, destroy.messages.join("\n")).toBe(0);
    expect(new CloudStore(cloud.cloud).list()).toEqual([]);
    expect(() => kubectl("get", "namespaces")).toThrow("refused");
  });
});
