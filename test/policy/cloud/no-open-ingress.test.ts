import { expect, it } from "vitest";
import { noOpenIngress } from "../../../policy/rules/cloud/no-open-ingress.ts";
import { evaluate, unknown } from "../kit/evaluate.ts";
import * as aws from "./aws.ts";
import { describeBreaks } from "./breaks.ts";
import * as gcp from "./gcp.ts";

describeBreaks(noOpenIngress, [
  {
    of: aws.securityGroup,
    path: "ingress",
    wrong: [[{ cidrBlocks: ["0.0.0.0/0"] }], [{ ipv6CidrBlocks: ["::/0"] }]],
    says: "lets in everybody, or too wide a range",
    optional: true,
  },
  {
    of: aws.ingressRule,
    path: "cidrIpv4",
    wrong: ["0.0.0.0/0", "0.0.0.0/1"],
    says: "lets in everybody, or too wide a range",
    optional: true,
  },
  {
    of: aws.ingressRule,
    path: "cidrIpv6",
    wrong: ["::/0"],
    says: "lets in everybody, or too wide a range",
    optional: true,
  },
  {
    of: aws.ingressRule,
    path: "referencedSecurityGroupId",
    wrong: [""],
    says: "doesn't say who may come in",
    mayBeUnknown: true,
  },
  {
    of: gcp.firewall,
    path: "sourceRanges",
    wrong: [["0.0.0.0/0"], []],
    says: "lets in everybody, or too wide a range",
  },
]);

const groupRule = "aws:ec2/securityGroupRule:SecurityGroupRule";
const aclRule = "aws:ec2/networkAclRule:NetworkAclRule";

const acl = "aws:ec2/networkAcl:NetworkAcl";
const prefixes = "aws:ec2/managedPrefixList:ManagedPrefixList";
const policyRule = "gcp:compute/networkFirewallPolicyRule:NetworkFirewallPolicyRule";
const withRules = "gcp:compute/networkFirewallPolicyWithRules:NetworkFirewallPolicyWithRules";

it.each([
  [groupRule, { type: "ingress", cidrBlocks: ["0.0.0.0/0"] }, 1],
  [groupRule, { type: "egress", cidrBlocks: ["0.0.0.0/0"] }, 0],
  [groupRule, { type: "ingress", cidrBlocks: ["203.0.113.0/24"] }, 0],
  [aclRule, { ruleAction: "allow", cidrBlock: "0.0.0.0/0" }, 1],
  [aclRule, { ruleAction: "deny", cidrBlock: "0.0.0.0/0" }, 0],
  [aclRule, { ruleAction: "allow", egress: true, cidrBlock: "0.0.0.0/0" }, 0],
  [acl, { ingress: [{ action: "allow", cidrBlock: "0.0.0.0/0" }] }, 1],
  [acl, { ingress: [{ action: "allow", ipv6CidrBlock: "::/0" }] }, 1],
  [acl, { ingress: [{ action: "deny", cidrBlock: "0.0.0.0/0" }] }, 0],
  [acl, { egress: [{ action: "allow", cidrBlock: "0.0.0.0/0" }] }, 0],
  [prefixes, { entries: [{ cidr: "203.0.113.0/24" }, { cidr: "0.0.0.0/0" }] }, 1],
  [prefixes, { entries: [{ cidr: "203.0.113.0/24" }] }, 0],
  ["aws:ec2/managedPrefixListEntry:ManagedPrefixListEntry", { cidr: "128.0.0.0/1" }, 1],
  [policyRule, { action: "allow", match: { srcIpRanges: ["0.0.0.0/0"] } }, 1],
  [policyRule, { action: "deny", match: { srcIpRanges: ["0.0.0.0/0"] } }, 0],
  [policyRule, { action: "allow", match: { srcIpRanges: ["203.0.113.0/24"] } }, 0],
  [policyRule, { action: "allow", direction: "EGRESS", match: { srcIpRanges: ["::/0"] } }, 0],
  [withRules, { rules: [{ action: "allow", match: { srcIpRanges: ["::/0"] } }] }, 1],
])("judges a %s with %j", (type, props, count) => {
  expect(evaluate(noOpenIngress, aws.resource(type, props))).toHaveLength(count);
});

it.each([
  ["what goes out", { direction: "EGRESS", allows: [{ protocol: "all" }] }, 0],
  ["what is off", { disabled: true, sourceRanges: ["0.0.0.0/0"], allows: [{}] }, 0],
  ["what refuses", { denies: [{ protocol: "all" }], sourceRanges: ["0.0.0.0/0"] }, 0],
  ["nodes by their tag", { sourceTags: ["node"], allows: [{ protocol: "tcp" }] }, 0],
  ["accounts to be made", { sourceServiceAccounts: unknown, allows: [{ protocol: "tcp" }] }, 0],
  ["everybody, by default", { allows: [{ protocol: "tcp" }] }, 1],
])("judges a firewall of Google about %s", (_, props, count) => {
  expect(evaluate(noOpenIngress, { ...gcp.firewall, props })).toHaveLength(count);
});

it("opens to everybody only the ports that the settings name", () => {
  const config = { publicPorts: [443] };
  const rule = (port: number) =>
    aws.resource(aws.ingressRule.type, { cidrIpv4: "0.0.0.0/0", fromPort: port, toPort: port });
  expect(evaluate(noOpenIngress, rule(443), config)).toEqual([]);
  expect(evaluate(noOpenIngress, rule(22), config)).toHaveLength(1);
  const ofPolicy = (ports: readonly string[]) =>
    aws.resource(policyRule, {
      action: "allow",
      match: { srcIpRanges: ["0.0.0.0/0"], layer4Configs: [{ ipProtocol: "tcp", ports }] },
    });
  expect(evaluate(noOpenIngress, ofPolicy(["443"]), config)).toEqual([]);
  expect(evaluate(noOpenIngress, ofPolicy([]), config)).toHaveLength(1);
  const google = (ports: readonly string[]) =>
    aws.resource(gcp.firewall.type, {
      sourceRanges: ["0.0.0.0/0"],
      allows: [{ protocol: "tcp", ports }],
    });
  expect(evaluate(noOpenIngress, google(["443"]), config)).toEqual([]);
  expect(evaluate(noOpenIngress, google(["443", "22"]), config)).toHaveLength(1);
  expect(evaluate(noOpenIngress, google([]), config)).toHaveLength(1);
});

it("lets the settings say how wide a range may be", () => {
  expect(evaluate(noOpenIngress, gcp.firewall, { widest: 16 })).toHaveLength(1);
});
