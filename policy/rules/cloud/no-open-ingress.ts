import { Type } from "typebox";
import { cisAws, cisGcp } from "../../kit/frameworks.ts";
import { at, listAt, numberAt, textAt, textsAt } from "../../kit/json.ts";
import type { Settings } from "../../kit/rule.ts";
import { ifKnown } from "../../kit/unknown.ts";
import { demandRule, onEach, type Demand } from "./demands.ts";
import { isWide } from "./networks.ts";

const config = Type.Object({
  widest: Type.Integer({
    default: 8,
    minimum: 0,
    maximum: 32,
    description: "Length in bits of the widest IPv4 range that may come in.",
  }),
  publicPorts: Type.Array(Type.Integer(), {
    default: [],
    description: "Ports that may be open to everybody, like 443.",
  }),
});
type Config = (typeof config)["properties"];

/** Ranges by the names of both clouds and all generations of resources. */
const rangeKeys = ["cidrBlocks", "ipv6CidrBlocks", "sourceRanges"];
const singleKeys = ["cidrIpv4", "cidrIpv6", "cidrBlock", "ipv6CidrBlock"];

function rangesOf(rule: unknown): readonly string[] {
  const single = singleKeys.flatMap((key) => textAt(rule, key) ?? []);
  return [...single, ...rangeKeys.flatMap((key) => textsAt(rule, key))];
}

/** Whether exactly one port is open, and everybody may use it. */
function isPublicPort(rule: unknown, { publicPorts }: Settings<Config>): boolean {
  const from = numberAt(rule, "fromPort");
  return from !== undefined && from === numberAt(rule, "toPort") && publicPorts.includes(from);
}

function isNarrow(rule: unknown, config: Settings<Config>): boolean {
  return (
    isPublicPort(rule, config) || !rangesOf(rule).some((range) => isWide(range, config.widest))
  );
}

const problem = "lets in everybody, or too wide a range";

const inline: Demand<Config> = {
  path: "ingress",
  holds: (rules, settings) => listAt(rules).every((rule) => isNarrow(rule, settings)),
  problem,
};

/** Where the one who may come in is named. */
const sourceKeys = ["referencedSecurityGroupId", "prefixListId", "cidrIpv4", "cidrIpv6"];

const namesSource: Demand<Config> = {
  path: "",
  // A group that is yet to be made is a name too.
  holds: (rule) => sourceKeys.some((key) => ifKnown(() => textAt(rule, key) ?? "") !== ""),
  problem: "doesn't say who may come in",
};

/** Of Google's firewalls: on the ports that are meant for everybody, and of traffic that comes in. */
function isClosedFirewall(firewall: unknown, settings: Settings<Config>): boolean {
  if (at(firewall, "direction") === "EGRESS" || at(firewall, "disabled") === true) return true;
  const allows = listAt(firewall, "allows");
  const ports = allows.flatMap((allow) => textsAt(allow, "ports"));
  const isPublic =
    allows.length > 0 &&
    allows.every((allow) => textsAt(allow, "ports").length > 0) &&
    ports.every((port) => settings.publicPorts.includes(Number(port)));
  const named = ["sourceRanges", "sourceTags", "sourceServiceAccounts"].some(
    (key) => ifKnown(() => textsAt(firewall, key).length > 0) ?? true,
  );
  return allows.length === 0 || isPublic || (named && isNarrow(firewall, settings));
}

/** Of network ACLs, as part of them. */
const acl: Demand<Config> = {
  path: "ingress",
  holds: (rules, settings) =>
    listAt(rules).every(
      (rule) => (textAt(rule, "action") ?? "").toLowerCase() === "deny" || isNarrow(rule, settings),
    ),
  problem,
};

/** Of Google's firewall policies, which come before the firewalls of a network. */
function isClosedPolicyRule(rule: unknown, settings: Settings<Config>): boolean {
  const isOff = textAt(rule, "direction") === "EGRESS" || at(rule, "disabled") === true;
  if (isOff || textAt(rule, "action") !== "allow") return true;
  const layers = listAt(rule, "match", "layer4Configs");
  const isPublic =
    layers.length > 0 &&
    layers.every((layer) => {
      const ports = textsAt(layer, "ports");
      return ports.length > 0 && ports.every((port) => settings.publicPorts.includes(Number(port)));
    });
  const ranges = textsAt(rule, "match", "srcIpRanges");
  return isPublic || !ranges.some((range) => isWide(range, settings.widest));
}

const policyRule: Demand<Config> = { path: "", holds: isClosedPolicyRule, problem };

/** Lists that security groups name instead of ranges. */
const listed: Demand<Config> = {
  path: "entries",
  holds: (entries, { widest }) =>
    listAt(entries).every((entry) => !isWide(textAt(entry, "cidr"), widest)),
  problem: "has everybody on it, or too wide a range",
};

export const noOpenIngress = demandRule<Config>({
  name: "no-open-ingress",
  title: "Firewalls and security groups let in only whom they name",
  why: "A port that is open to the internet is found within minutes, whatever listens there.",
  fix: "name a security group, a prefix list or a narrow range instead of 0.0.0.0/0",
  severity: "critical",
  frameworks: [
    cisAws("No security groups allow ingress from 0.0.0.0/0 to remote server administration ports"),
    cisGcp("SSH and RDP access restricted from the internet"),
  ],
  config,
  demands: {
    "aws:ec2/securityGroup:SecurityGroup": [inline],
    "aws:ec2/securityGroupRule:SecurityGroupRule": [
      {
        path: "",
        holds: (rule, settings) => textAt(rule, "type") !== "ingress" || isNarrow(rule, settings),
        problem,
      },
    ],
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": [
      { path: "", holds: isNarrow, problem },
      namesSource,
    ],
    "aws:ec2/networkAclRule:NetworkAclRule": [
      {
        path: "",
        holds: (rule, settings) =>
          at(rule, "egress") === true ||
          textAt(rule, "ruleAction") === "deny" ||
          isNarrow(rule, settings),
        problem,
      },
    ],
    "aws:ec2/networkAcl:NetworkAcl": [acl],
    "aws:ec2/defaultNetworkAcl:DefaultNetworkAcl": [acl],
    "aws:ec2/managedPrefixList:ManagedPrefixList": [listed],
    "aws:ec2/managedPrefixListEntry:ManagedPrefixListEntry": [
      {
        path: "cidr",
        holds: (cidr, { widest }) => !isWide(cidr, widest),
        problem: "puts everybody on the list, or too wide a range",
      },
    ],
    ...onEach(
      [
        "gcp:compute/firewallPolicyRule:FirewallPolicyRule",
        "gcp:compute/networkFirewallPolicyRule:NetworkFirewallPolicyRule",
        "gcp:compute/regionNetworkFirewallPolicyRule:RegionNetworkFirewallPolicyRule",
      ],
      [policyRule],
    ),
    ...onEach(
      [
        "gcp:compute/networkFirewallPolicyWithRules:NetworkFirewallPolicyWithRules",
        "gcp:compute/regionNetworkFirewallPolicyWithRules:RegionNetworkFirewallPolicyWithRules",
      ],
      [
        {
          path: "rules",
          holds: (rules: unknown, settings: Settings<Config>) =>
            listAt(rules).every((rule) => isClosedPolicyRule(rule, settings)),
          problem,
        },
      ],
    ),
    "gcp:compute/firewall:Firewall": [{ path: "", holds: isClosedFirewall, problem }],
  },
});
