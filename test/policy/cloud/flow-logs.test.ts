import { expect, it } from "vitest";
import { flowLogs } from "../../../policy/rules/cloud/flow-logs.ts";
import { evaluateStack } from "../kit/evaluate.ts";
import * as aws from "./aws.ts";
import { describeBreaks, programWith, programWithout } from "./breaks.ts";
import * as gcp from "./gcp.ts";

describeBreaks(flowLogs, [
  {
    of: aws.flowLog,
    path: "trafficType",
    wrong: ["ACCEPT"],
    says: "doesn't write down what was refused",
  },
  {
    of: gcp.subnetwork,
    path: "logConfig",
    wrong: [{ flowSampling: 0 }],
    says: "writes nothing down",
  },
]);

it("reports a VPC without a flow log", () => {
  for (const options of [{}, { unknownProvider: true }]) {
    expect(evaluateStack(flowLogs, programWithout(aws.flowLog), options)).toEqual([
      expect.stringContaining("aws:ec2/vpc:Vpc shop: has no FlowLog"),
    ]);
  }
});

it.each([
  ["of a load balancer", { purpose: "REGIONAL_MANAGED_PROXY" }],
  ["that leaves the share to Google", { logConfig: { metadata: "INCLUDE_ALL_METADATA" } }],
])("lets pass a subnetwork %s", (_, props) => {
  expect(evaluateStack(flowLogs, programWith({ ...gcp.subnetwork, props }))).toEqual([]);
});
