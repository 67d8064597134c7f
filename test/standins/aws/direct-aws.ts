import type { JsonObject } from "../../../tools/plugins/kit/json.ts";
import { directCloud, type DirectCloud, type Resource } from "../kit/direct-cloud.ts";
import { aws } from "./cloud.ts";
import * as types from "./types.ts";

const account = "111122223333";

export function directAws(): Promise<DirectCloud> {
  return directCloud(aws, {
    region: "us-east-1",
    allowedAccountIds: JSON.stringify([account]),
    defaultTags: '{"tags":{"framewright:stack":"test"}}',
  });
}

export function vpc(cloud: DirectCloud): Promise<Resource> {
  return cloud.create(types.vpc, "vpc", { cidrBlock: "10.10.0.0/16" });
}

/** Subnets of a VPC, one in each zone. */
export function subnets(
  cloud: DirectCloud,
  of: Resource,
  zones: readonly string[] = ["a", "b"],
): Promise<Resource[]> {
  return Promise.all(
    zones.map((zone, index) =>
      cloud.create(types.subnet, `subnet-${zone}-${index}`, {
        vpcId: of.id,
        availabilityZone: `us-east-1${zone}`,
        cidrBlock: `10.10.${index * 16}.0/20`,
      }),
    ),
  );
}

/** A role that a service may take on. */
export function role(cloud: DirectCloud, service: string): Promise<Resource> {
  const statement = {
    Effect: "Allow",
    Principal: { Service: service },
    Action: ["sts:AssumeRole"],
  };
  return cloud.create(types.role, "role", {
    assumeRolePolicy: JSON.stringify({ Version: "2012-10-17", Statement: [statement] }),
  });
}

export function attach(cloud: DirectCloud, to: Resource, policy: string): Promise<Resource> {
  const policyArn = `arn:aws:iam::aws:policy/${policy}`;
  const type = "aws:iam/rolePolicyAttachment:RolePolicyAttachment";
  return cloud.create(type, policy, { role: to.id, policyArn });
}

/** A cluster without a control plane: put into the cloud as if it had always been there. */
export function cluster(cloud: DirectCloud, vpcId: string, outputs: JsonObject = {}): void {
  cloud.store.create({
    provider: "aws",
    type: types.cluster,
    id: "main",
    name: "main",
    inputs: {},
    outputs: { name: "main", version: "1.35", vpcConfig: { vpcId }, ...outputs },
  });
}

export function ids(resources: readonly Resource[]): string[] {
  return resources.map(({ id }) => id);
}
