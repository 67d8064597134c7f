import fc from "fast-check";
import { expect, test } from "vitest";
import { podTrust, policyDocument, serviceTrust } from "../../../infra/eks/iam.ts";
import { clusterNameOf, managedPolicy, partitionOf, placeOf } from "../../../infra/eks/names.ts";

test.each([
  ["us-east-1", "aws", "amazonaws.com"],
  ["eu-central-1", "aws", "amazonaws.com"],
  ["us-gov-west-1", "aws-us-gov", "amazonaws.com"],
  ["cn-north-1", "aws-cn", "amazonaws.com.cn"],
])("%s is in the partition %s", (region, partition, domain) => {
  expect(partitionOf(region)).toEqual({ partition, domain });
});

test("a place knows the cluster's name and ARN before the cluster is there", () => {
  expect(placeOf("prod", { accountId: "123456789012", region: "cn-north-1" })).toEqual({
    stack: "prod",
    accountId: "123456789012",
    region: "cn-north-1",
    partition: "aws-cn",
    domain: "amazonaws.com.cn",
    cluster: "framewright-prod",
    clusterArn: "arn:aws-cn:eks:cn-north-1:123456789012:cluster/framewright-prod",
  });
});

test("every stack name gives a name that EKS takes", () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[A-Za-z0-9_.-]{1,100}$/), (stack) => {
      expect(clusterNameOf(stack)).toMatch(/^[0-9A-Za-z][A-Za-z0-9_-]{0,99}$/);
    }),
  );
});

test("managed policies are of the partition", () => {
  expect(managedPolicy({ partition: "aws-us-gov" }, "AmazonEKS_CNI_Policy")).toBe(
    "arn:aws-us-gov:iam::aws:policy/AmazonEKS_CNI_Policy",
  );
});

test("a role for pods is taken on by one account of one cluster only", () => {
  const trust = podTrust({ clusterArn: "arn:cluster" }, { namespace: "n", name: "a" });
  expect(JSON.parse(trust)).toEqual({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { Service: "pods.eks.amazonaws.com" },
        Action: ["sts:AssumeRole", "sts:TagSession"],
        Condition: {
          StringEquals: {
            "aws:RequestTag/eks-cluster-arn": "arn:cluster",
            "aws:RequestTag/kubernetes-namespace": "n",
            "aws:RequestTag/kubernetes-service-account": "a",
          },
        },
      },
    ],
  });
});

test("a role for a service is taken on by that service", () => {
  expect(JSON.parse(serviceTrust("ec2.amazonaws.com"))).toEqual({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { Service: "ec2.amazonaws.com" },
        Action: ["sts:AssumeRole"],
      },
    ],
  });
});

test("a policy document has the version that conditions need", () => {
  expect(JSON.parse(policyDocument([]))).toEqual({ Version: "2012-10-17", Statement: [] });
});
