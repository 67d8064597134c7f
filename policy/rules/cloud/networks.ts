import { cisAws, cisGcp } from "../../kit/frameworks.ts";
import { isPresent, listAt, numberAt, textAt, textsAt } from "../../kit/json.ts";
import { ifKnown } from "../../kit/unknown.ts";
import { isWide } from "../../kit/addresses.ts";
import { atLeast, demandRule, guarded, guardRule, must } from "./cloud-rule.ts";

const tooWide = "lets in everybody, or too wide a range";
/** Where ranges are named, and where the one who may come in is. */
const ranges = ["cidrBlocks", "ipv6CidrBlocks"];
const singles = ["cidrIpv4", "cidrIpv6"];
const sources = ["referencedSecurityGroupId", "prefixListId", ...singles];

function isNarrow(rule: unknown): boolean {
  const all = [
    ...singles.flatMap((key) => textAt(rule, key) ?? []),
    ...ranges.flatMap((key) => textsAt(rule, key)),
  ];
  return !all.some(isWide);
}

const defaultGroup = "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup";

/** By itself it lets all its members talk to each other and to the internet, and whatever names no group gets it. */
function nothing(path: string) {
  return {
    path,
    holds: (rules: unknown) => Array.isArray(rules) && rules.length === 0,
    problem: `doesn't say that it lets nothing through (${path})`,
  };
}

export const noOpenIngress = guardRule({
  name: "no-open-ingress",
  title: "Security groups let in only whom they name, and the default one of each VPC nobody",
  why: "A port that is open to the internet is found within minutes, whatever listens there; and whatever names no security group gets the default one.",
  fix: "name a security group, a prefix list or a narrow range instead of 0.0.0.0/0, and give each Vpc a DefaultSecurityGroup with ingress [] and egress []",
  severity: "critical",
  frameworks: [
    cisAws("No security groups allow ingress from 0.0.0.0/0 to remote server administration ports"),
    cisAws("The default security group of every VPC restricts all traffic"),
  ],
  guards: [
    guarded("aws:ec2/vpc:Vpc", defaultGroup, "vpcId", {
      problem: "has a default security group that nobody closes",
    }),
  ],
  demands: {
    [defaultGroup]: [nothing("ingress"), nothing("egress")],
    "aws:ec2/securityGroup:SecurityGroup": [
      { path: "ingress", holds: (rules) => listAt(rules).every(isNarrow), problem: tooWide },
    ],
    // The component of EKS makes these.
    "aws:ec2/securityGroupRule:SecurityGroupRule": [
      {
        path: "",
        holds: (rule) => textAt(rule, "type") !== "ingress" || isNarrow(rule),
        problem: tooWide,
      },
    ],
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": [
      { path: "", holds: isNarrow, problem: tooWide },
      {
        path: "",
        // A group that is yet to be made is a name too.
        holds: (rule) => sources.some((key) => ifKnown(() => textAt(rule, key) ?? "") !== ""),
        problem: "doesn't say who may come in",
      },
    ],
  },
});

export const plannedNetworks = demandRule({
  name: "planned-networks",
  title: "Networks of Google Cloud have the subnetworks that the program describes",
  why: "A network that makes a subnetwork in each region by itself is open where nobody looks, and nodes without public addresses need a private way to Google.",
  fix: "set autoCreateSubnetworks of the Network to false and privateIpGoogleAccess of each Subnetwork to true",
  severity: "medium",
  frameworks: [cisGcp("The default network does not exist in a project")],
  demands: {
    "gcp:compute/network:Network": must({ autoCreateSubnetworks: false }),
    "gcp:compute/subnetwork:Subnetwork": must({ privateIpGoogleAccess: true }),
  },
});

const flowLog = "aws:ec2/flowLog:FlowLog";

/** Google takes half of all where there is a logConfig that says nothing. */
function sampling(subnetwork: unknown): number {
  const isLogged = isPresent(subnetwork, "logConfig");
  return isLogged ? (numberAt(subnetwork, "logConfig", "flowSampling") ?? 0.5) : 0;
}

export const flowLogs = guardRule({
  name: "flow-logs",
  title:
    "Networks write down at least what they refused, and it is kept for a time that somebody chose",
  why: "Somebody who feels a way through the network leaves no other trace. Logs whose time nobody chose are kept for ever and paid for, or are gone before anybody asks what happened.",
  fix: "give each Vpc a FlowLog with trafficType REJECT or ALL, and each Subnetwork a logConfig with a flowSampling above 0; set retentionInDays of each LogGroup to 30 or more",
  severity: "medium",
  frameworks: [cisAws("VPC flow logging"), cisAws("Retention of CloudWatch log groups")],
  demands: {
    [flowLog]: must({ trafficType: ["REJECT", "ALL"] }),
    "aws:cloudwatch/logGroup:LogGroup": [atLeast("retentionInDays", 30)],
    "gcp:compute/subnetwork:Subnetwork": [
      {
        path: "",
        holds: (subnetwork) => sampling(subnetwork) > 0,
        problem: "writes nothing down",
      },
    ],
  },
  guards: [guarded("aws:ec2/vpc:Vpc", flowLog, "vpcId")],
});

export const networkRules = [noOpenIngress, plannedNetworks, flowLogs];
