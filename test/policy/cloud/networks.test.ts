import { flowLogs, noOpenIngress, plannedNetworks } from "../../../policy/rules/cloud/networks.ts";
import { unknown } from "../kit/evaluate.ts";
import { describeRule } from "../kit/rule-cases.ts";
import * as aws from "./aws.ts";
import { accepted, programWithout, right, wrong } from "./compliant.ts";
import * as gcp from "./gcp.ts";

const open = "lets in everybody, or too wide a range";
const shut = "doesn't say that it lets nothing through";
const olderRule = aws.resource("aws:ec2/securityGroupRule:SecurityGroupRule", {
  type: "ingress",
  cidrBlocks: ["10.0.0.0/16"],
});
const source = "referencedSecurityGroupId";

describeRule(noOpenIngress, {
  passes: [
    accepted,
    ["a rule for a narrow range", olderRule],
    ...right(olderRule, "type", ["egress"]),
    ...right(aws.ingressRule, source, [unknown]),
    ...right(aws.securityGroup, "ingress", [[], [{ cidrBlocks: ["10.0.0.0/8"] }]]),
  ],
  fails: [
    ...wrong(
      aws.securityGroup,
      "ingress",
      [[{ ipv6CidrBlocks: ["::/0"] }], [{ cidrBlocks: ["0/1"] }]],
      open,
    ),
    ...wrong(olderRule, "cidrBlocks", [["0.0.0.0/0"], ["128.0.0.0/1"], unknown], open),
    ...wrong(aws.ingressRule, "cidrIpv4", ["0.0.0.0/7"], open),
    ...wrong(aws.ingressRule, "cidrIpv6", ["::/0"], open),
    ...wrong(aws.defaultSecurityGroup, "ingress", [[{ self: true }]], shut),
    ...wrong(aws.defaultSecurityGroup, "egress", [[{ protocol: "-1" }]], shut),
    ["none", programWithout(aws.defaultSecurityGroup), "Vpc shop: has a default security group"],
  ],
});

describeRule(plannedNetworks, {
  passes: [accepted],
  fails: wrong(gcp.network, "autoCreateSubnetworks", [undefined]),
});

describeRule(flowLogs, {
  passes: [
    accepted,
    ...right(gcp.subnetwork, "logConfig", [{ metadata: "INCLUDE_ALL_METADATA" }]),
    ...right(aws.logGroup, "retentionInDays", [30]),
  ],
  fails: [
    ["no flow log", programWithout(aws.flowLog), "aws:ec2/vpc:Vpc shop: has no FlowLog"],
    ...wrong(aws.logGroup, "retentionInDays", [undefined, 0, 7]),
  ],
});
