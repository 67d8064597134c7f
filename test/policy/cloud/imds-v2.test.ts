import { expect, it } from "vitest";
import { imdsV2 } from "../../../policy/rules/cloud/imds-v2.ts";
import { withValue } from "../kit/change.ts";
import { evaluateStack } from "../kit/evaluate.ts";
import * as aws from "./aws.ts";
import { describeBreaks, programWith, programWithout } from "./breaks.ts";

describeBreaks(imdsV2, [
  {
    of: aws.launchTemplate,
    path: "metadataOptions.httpTokens",
    wrong: ["optional"],
    says: "gives metadata without a token",
  },
  {
    of: aws.launchTemplate,
    path: "metadataOptions.httpPutResponseHopLimit",
    wrong: [2, 64],
    says: "lets answers of the metadata service go further than the node",
  },
]);

it("reports a node group without a template of the program", () => {
  for (const options of [{}, { unknownProvider: true }]) {
    expect(evaluateStack(imdsV2, programWithout(aws.launchTemplate), options)).toEqual([
      expect.stringContaining("is made by no LaunchTemplate of this program"),
    ]);
  }
});

it.each([
  [{ httpTokens: "optional" }, 1],
  [{ httpPutResponseHopLimit: 2 }, 1],
  [{ httpTokens: "required", httpPutResponseHopLimit: 1 }, 0],
  [undefined, 0],
])("judges a class of Karpenter's nodes with %j", (metadataOptions, count) => {
  const type = "kubernetes:karpenter.k8s.aws/v1:EC2NodeClass";
  const nodeClass = aws.resource(type, { spec: { metadataOptions } });
  expect(evaluateStack(imdsV2, [nodeClass])).toHaveLength(count);
});

it.each([
  "aws:ec2/instance:Instance",
  "aws:ec2/spotInstanceRequest:SpotInstanceRequest",
  "aws:ec2/launchConfiguration:LaunchConfiguration",
])("judges %s too", (type) => {
  const right = aws.resource(type, aws.launchTemplate.props);
  expect(evaluateStack(imdsV2, [right])).toEqual([]);
  expect(evaluateStack(imdsV2, [aws.resource(type, {})])).toHaveLength(2);
});

it("lets the settings say how far an answer may go", () => {
  const path = ["metadataOptions", "httpPutResponseHopLimit"];
  const further = programWith(withValue(aws.launchTemplate, path, 2));
  expect(evaluateStack(imdsV2, further, { config: { hops: 2 } })).toEqual([]);
});
