import { expect, it } from "vitest";
import { privateNodes } from "../../../policy/rules/cloud/private-nodes.ts";
import { withValue } from "../kit/change.ts";
import { judge, remediated } from "../kit/judge.ts";
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
  expect(judge(privateNodes, aws.resource(type, right))).toEqual([]);
  expect(judge(privateNodes, aws.resource(type, wrong))).toHaveLength(1);
});

it("puts it right", async () => {
  const bad = withValue(gcp.nodePool, ["networkConfig"], undefined);
  expect(await remediated(privateNodes, bad)).toEqual(gcp.nodePool.props);
});
