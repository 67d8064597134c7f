import { describe, expect, test } from "vitest";
import { clusterNameOf } from "../../../infra/eks/names.ts";
import { amazonCluster, amazonQueries, readTagged } from "../../../tools/leftovers/amazon.ts";
import type { Leftover } from "../../../tools/leftovers/leftover.ts";

const place = { stack: "prod", region: "us-east-1", retainVolumes: true };

/** What is found when aws answers the first question that begins so. */
function found(words: string, answer: unknown, at = place): readonly Leftover[] {
  const query = amazonQueries(at).find(({ args }) => args.join(" ").startsWith(words));
  if (query === undefined) throw new Error(`nobody asks for ${words}`);
  return query.read(answer);
}

function tagged(...arns: string[]): Leftover[] {
  return readTagged({
    ResourceTagMappingList: arns.map((arn) => ({ ResourceARN: arn, Tags: [] })),
  });
}

const here = "us-east-1:123456789012";

test.each(["prod", "team.one", "a_b", "x".repeat(120)])(
  "stack %s is looked for by the name that infra/eks gives its cluster",
  (stack) => {
    expect(amazonCluster(stack)).toBe(clusterNameOf(stack));
  },
);

test("the questions are these", () => {
  const questions = amazonQueries(place).map(({ args }) => args.join(" "));
  const at = "--region=us-east-1 --output=json";
  expect(questions).toEqual([
    `resourcegroupstaggingapi get-resources --tag-filters Key=framewright:stack,Values=prod ${at}`,
    `resourcegroupstaggingapi get-resources --tag-filters Key=kubernetes.io/cluster/framewright-prod,Values=owned ${at}`,
    `ec2 describe-volumes --filters Name=tag:framewright:stack,Values=prod ${at}`,
    `ec2 describe-volumes --filters Name=tag:kubernetes.io/cluster/framewright-prod,Values=owned ${at}`,
    `ec2 describe-network-interfaces --filters Name=tag:framewright:stack,Values=prod ${at}`,
    `ec2 describe-network-interfaces --filters Name=tag:cluster.k8s.amazonaws.com/name,Values=framewright-prod ${at}`,
    `ec2 describe-instances --filters Name=tag:framewright:stack,Values=prod Name=instance-state-name,Values=pending,running,stopping,stopped ${at}`,
    `ec2 describe-nat-gateways --filter Name=tag:framewright:stack,Values=prod Name=state,Values=pending,available,deleting ${at}`,
    "iam list-roles --output=json",
  ]);
});

describe("what carries the tag", () => {
  test.each([
    [
      `arn:aws:elasticloadbalancing:${here}:loadbalancer/net/api/50dc`,
      "load balancer",
      "net/api/50dc",
    ],
    [`arn:aws:ec2:${here}:security-group/sg-1`, "security group", "sg-1"],
    [`arn:aws:ec2:${here}:vpc/vpc-1`, "VPC", "vpc-1"],
    [`arn:aws:eks:${here}:cluster/framewright-prod`, "cluster", "framewright-prod"],
    [
      `arn:aws:ecr:${here}:repository/framewright-prod/api`,
      "image registry",
      "framewright-prod/api",
    ],
    [`arn:aws:rds:${here}:db:database-server-1`, "database", "database-server-1"],
    ["arn:aws:s3:::media-bucket-1", "bucket", "media-bucket-1"],
    [
      `arn:aws:logs:${here}:log-group:/aws/eks/framewright-prod/cluster`,
      "log group",
      "/aws/eks/framewright-prod/cluster",
    ],
  ])("%s is left", (arn, kind, name) => {
    const [only] = tagged(arn);
    expect(only).toMatchObject({ kind, name, kept: false });
    expect(only?.remedy).toContain(kind === "load balancer" ? arn : name);
  });

  test("and of a kind that nobody thought of is left too, under its whole name", () => {
    const arn = `arn:aws:sqs:${here}:interruptions`;
    expect(tagged(arn)).toEqual([
      { kind: "sqs:", name: arn, remedy: "look at it in the console", kept: false },
    ]);
  });

  test("a key that KMS still keeps, and a last snapshot, are meant to be there", () => {
    const kept = tagged(`arn:aws:kms:${here}:key/1-2`, `arn:aws:rds:${here}:snapshot:last`);
    expect(kept.map((one) => one.kept)).toEqual([true, true]);
  });

  test("what Amazon lists for an hour after its end is not believed", () => {
    const gone = ["instance/i-1", "natgateway/nat-1", "volume/vol-1", "network-interface/eni-1"];
    expect(tagged(...gone.map((id) => `arn:aws:ec2:${here}:${id}`))).toEqual([]);
  });
});

describe("volumes", () => {
  const pvc = [{ Key: "kubernetes.io/created-for/pvc/name", Value: "data-postgres-0" }];
  const answer = {
    Volumes: [
      { VolumeId: "vol-1", State: "available", Tags: pvc },
      { VolumeId: "vol-2", State: "in-use", Tags: [] },
      { VolumeId: "vol-3", State: "deleting", Tags: pvc },
    ],
  };

  test("of a claim are kept where volumes are retained; what is being deleted is gone", () => {
    expect(found("ec2 describe-volumes", answer)).toEqual([
      {
        kind: "volume",
        name: "vol-1",
        remedy: "aws ec2 delete-volume --volume-id vol-1",
        kept: true,
      },
      {
        kind: "volume",
        name: "vol-2",
        remedy: "aws ec2 delete-volume --volume-id vol-2",
        kept: false,
      },
    ]);
  });

  test("are left where they should have gone with the stack", () => {
    const all = found("ec2 describe-volumes", answer, { ...place, retainVolumes: false });
    expect(all.map(({ kept }) => kept)).toEqual([false, false]);
  });
});

test("interfaces, machines and NAT gateways that are still there", () => {
  expect(
    found("ec2 describe-network-interfaces", {
      NetworkInterfaces: [{ NetworkInterfaceId: "eni-1" }],
    }),
  ).toMatchObject([{ kind: "network interface", name: "eni-1" }]);
  expect(
    found("ec2 describe-instances", { Reservations: [{ Instances: [{ InstanceId: "i-1" }] }] }),
  ).toMatchObject([{ kind: "machine", name: "i-1" }]);
  expect(
    found("ec2 describe-nat-gateways", { NatGateways: [{ NatGatewayId: "nat-1" }] }),
  ).toMatchObject([{ kind: "NAT gateway", name: "nat-1" }]);
});

test("roles of this cluster, not of one whose name begins like it, nor of others", () => {
  const answer = {
    Roles: [
      { RoleName: "node-role-1", Description: "Nodes of framewright-prod" },
      { RoleName: "node-role-2", Description: "Nodes of framewright-prod-2" },
      { RoleName: "admin" },
    ],
  };
  expect(found("iam list-roles", answer).map(({ name }) => name)).toEqual(["node-role-1"]);
});
