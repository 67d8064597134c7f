import { listAt, objectAt, textAt } from "../../../../tools/plugins/kit/json.ts";
import type { World } from "../nodes/world.ts";
import { textsOf } from "../pools/inputs.ts";

/** "a=b,c=d" of an annotation. */
export function tagsInAnnotation(text: string): Record<string, string> {
  const pairs = text.split(",").filter((pair) => pair.includes("="));
  return Object.fromEntries(
    pairs.map((pair) => {
      const [key = "", ...value] = pair.split("=");
      return [key.trim(), value.join("=").trim()];
    }),
  );
}

function clusterSubnets({ store, cluster }: World): string[] {
  const entry = store.list("aws:eks/cluster:Cluster").find(({ name }) => name === cluster.id);
  return listAt(entry?.inputs, "vpcConfig", "subnetIds").map(String);
}

/** Subnets in which EKS puts load balancers: those of the cluster's VPC with the tag of their role. */
export function eksSubnets(world: World, isInternal: boolean): string[] {
  const role = `kubernetes.io/role/${isInternal ? "internal-elb" : "elb"}`;
  const all = world.store.list("aws:ec2/subnet:Subnet");
  const mine = clusterSubnets(world);
  const vpcs = new Set(
    all.filter(({ id }) => mine.includes(id)).map(({ inputs }) => textAt(inputs, "vpcId")),
  );
  return all
    .filter(({ inputs }) => vpcs.has(textAt(inputs, "vpcId")))
    .filter(({ inputs }) => textsOf(objectAt(inputs, "tags"))[role] !== undefined)
    .map(({ id }) => id);
}

/** The EBS driver's settings, where the cluster has the driver at all. */
export function ebsAddon({ store, cluster }: World) {
  return store
    .list("aws:eks/addon:Addon")
    .find(
      ({ inputs }) =>
        textAt(inputs, "addonName") === "aws-ebs-csi-driver" &&
        textAt(inputs, "clusterName") === cluster.id,
    );
}
