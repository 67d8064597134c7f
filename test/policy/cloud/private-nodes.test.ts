import { expect, it } from "vitest";
import { privateNodes } from "../../../policy/rules/cloud/private-nodes.ts";
import { withValue } from "../kit/change.ts";
import { evaluate, remediated, unknown } from "../kit/evaluate.ts";
import * as aws from "./aws.ts";
import { describeBreaks } from "./breaks.ts";
import * as gcp from "./gcp.ts";

describeBreaks(privateNodes, [
  {
    of: gcp.cluster,
    path: "privateClusterConfig.enablePrivateNodes",
    wrong: [false],
    says: "gives its nodes public addresses",
  },
  {
    of: gcp.nodePool,
    path: "networkConfig.enablePrivateNodes",
    wrong: [false],
    says: "gives its nodes public addresses",
  },
  {
    of: aws.component,
    path: "nodeAssociatePublicIpAddress",
    wrong: [true],
    says: "gives its nodes public addresses",
  },
  {
    of: aws.nodeGroup,
    path: "remoteAccess",
    wrong: [{}, { ec2SshKey: "key" }],
    says: "lets in by SSH",
    optional: true,
  },
  {
    of: aws.subnet,
    path: "mapPublicIpOnLaunch",
    wrong: [true],
    says: "gives machines public addresses by itself",
  },
  {
    of: aws.launchTemplate,
    path: "networkInterfaces",
    wrong: [[{ associatePublicIpAddress: "true" }]],
    says: "gives machines public addresses",
    optional: true,
  },
]);

it.each([
  ["aws:ec2/instance:Instance", { associatePublicIpAddress: false }, {}],
  [
    "gcp:compute/instance:Instance",
    { networkInterfaces: [{ network: "shop" }] },
    { networkInterfaces: [{ accessConfigs: [{}] }] },
  ],
  [
    "gcp:compute/instanceTemplate:InstanceTemplate",
    {},
    { networkInterfaces: [{ accessConfigs: [{}] }] },
  ],
])("judges %s too", (type, right, wrong) => {
  expect(evaluate(privateNodes, aws.resource(type, right))).toEqual([]);
  expect(evaluate(privateNodes, aws.resource(type, wrong))).toHaveLength(1);
});

it.each([
  ["aws:ec2/launchConfiguration:LaunchConfiguration", {}, 1],
  ["aws:ec2/spotInstanceRequest:SpotInstanceRequest", { associatePublicIpAddress: true }, 1],
  ["aws:ec2/eip:Eip", { instance: "i-1" }, 1],
  ["aws:ec2/eip:Eip", { domain: "vpc" }, 0],
  ["aws:ec2/eipAssociation:EipAssociation", { instanceId: unknown }, 1],
  ["aws:ec2/eipAssociation:EipAssociation", { networkInterfaceId: "eni-1" }, 0],
  ["gcp:compute/instance:Instance", { networkInterfaces: [{ ipv6AccessConfigs: [{}] }] }, 1],
  ["kubernetes:karpenter.k8s.aws/v1:EC2NodeClass", { spec: { associatePublicIPAddress: true } }, 1],
  ["kubernetes:karpenter.k8s.aws/v1:EC2NodeClass", { spec: {} }, 0],
  ["eks:index:NodeGroupV2", { nodeAssociatePublicIpAddress: true }, 1],
  ["eks:index:NodeGroupV2", {}, 0],
  ["eks:index:ManagedNodeGroup", { remoteAccess: { ec2SshKey: "key" } }, 1],
])("judges a %s with %j", (type, props, count) => {
  expect(evaluate(privateNodes, aws.resource(type, props))).toHaveLength(count);
});

it("puts it right", async () => {
  const bad = withValue(gcp.nodePool, ["networkConfig"], undefined);
  expect(await remediated(privateNodes, bad)).toEqual(gcp.nodePool.props);
});
