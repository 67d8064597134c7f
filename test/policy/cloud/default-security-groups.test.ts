import { expect, it } from "vitest";
import { defaultSecurityGroups } from "../../../policy/rules/cloud/default-security-groups.ts";
import { evaluateStack } from "../kit/evaluate.ts";
import * as aws from "./aws.ts";
import { describeBreaks, programWithout } from "./breaks.ts";

describeBreaks(defaultSecurityGroups, [
  {
    of: aws.defaultSecurityGroup,
    path: "ingress",
    wrong: [[{ protocol: "-1", self: true }]],
    says: "doesn't say that it lets nothing through (ingress)",
  },
  {
    of: aws.defaultSecurityGroup,
    path: "egress",
    wrong: [[{ protocol: "-1", cidrBlocks: ["0.0.0.0/0"] }]],
    says: "doesn't say that it lets nothing through (egress)",
  },
]);

it("reports a VPC whose default group nobody closes", () => {
  for (const options of [{}, { unknownProvider: true }]) {
    expect(
      evaluateStack(defaultSecurityGroups, programWithout(aws.defaultSecurityGroup), options),
    ).toEqual([expect.stringContaining("has a default security group that nobody closes")]);
  }
});
