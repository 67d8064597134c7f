import { listAt, textAt, type JsonObject } from "../../../tools/plugins/kit/json.ts";
import type { Draft, Row, Shaped } from "../kit/row.ts";
import { arn, ec2Id, hex, placeOf } from "./place.ts";
import { failure, mismatch } from "./rules.ts";
import * as types from "./types.ts";

const descriptions = {
  pattern: /^[A-Za-z0-9 ._\-:/()#,@[\]+=&;{}!$*]{0,255}$/,
  reason: "has characters that EC2 does not take in a description, or more than 255",
};

function groupOutputs(shaped: Shaped): JsonObject {
  const place = placeOf(shaped);
  return { arn: arn(place, "ec2", `security-group/${shaped.id}`), ownerId: place.account };
}

const group: Row = {
  autoname: { property: "name", maxLength: 255 },
  id: () => ec2Id("sg"),
  replaces: ["description", "name", "namePrefix", "region", "vpcId"],
  defaults: { description: "Managed by Pulumi", egress: [], ingress: [] },
  problems: (inputs) => [
    ...mismatch(inputs, "description", descriptions),
    ...mismatch(inputs, "name", { pattern: /^(?!sg-)/, reason: "must not begin with sg-" }),
  ],
  uses: [
    { field: "vpcId", type: types.vpc, onDelete: "refuse" },
    { field: "ingress.*.securityGroups.*", type: types.securityGroup, onDelete: "refuse" },
    { field: "egress.*.securityGroups.*", type: types.securityGroup, onDelete: "refuse" },
  ],
  outputs: groupOutputs,
};

/** The group that every VPC has; the resource takes it over and, when it goes, leaves it. */
const defaultGroup: Row = {
  id: ({ inputs, store }: Draft) => {
    const vpc = store.find(types.vpc, textAt(inputs, "vpcId") ?? "");
    return textAt(vpc?.outputs, "defaultSecurityGroupId") ?? ec2Id("sg");
  },
  replaces: ["region", "vpcId"],
  defaults: { egress: [], ingress: [] },
  idempotent: true,
  uses: [{ field: "vpcId", type: types.vpc, onDelete: "vanish" }],
  outputs: (shaped) => ({
    ...groupOutputs(shaped),
    name: "default",
    namePrefix: "",
    description: "default VPC security group",
  }),
};

const sources = [
  "cidrBlocks",
  "ipv6CidrBlocks",
  "prefixListIds",
  "self",
  "sourceSecurityGroupId",
] as const;

const ruleType = "aws:ec2/securityGroupRule:SecurityGroupRule";

const ruleFields = ["type", "protocol", "fromPort", "toPort", ...sources] as const;

function sameRule(a: JsonObject, b: JsonObject): boolean {
  return ["securityGroupId", ...ruleFields].every(
    (field) => JSON.stringify(a[field]) === JSON.stringify(b[field]),
  );
}

const rule: Row = {
  id: () => `sgrule-${parseInt(hex(8), 16)}`,
  replaces: ["region", "securityGroupId", ...ruleFields],
  problems: (inputs) => {
    const given = sources.filter(
      (source) => inputs[source] !== undefined && inputs[source] !== false,
    );
    const lists = ["cidrBlocks", "ipv6CidrBlocks", "prefixListIds"];
    const empty = lists.every((key) => inputs[key] !== undefined && listAt(inputs, key).length < 1);
    if (given.length > 0 && !empty) return [];
    return [failure("", `one of ${sources.join(", ")} must be set`)];
  },
  uses: [
    { field: "securityGroupId", type: types.securityGroup, onDelete: "vanish" },
    { field: "sourceSecurityGroupId", type: types.securityGroup, onDelete: "refuse" },
  ],
  refuses: ({ inputs, store, old }) => {
    const twin = store.list(ruleType).some((other) => sameRule(other.inputs, inputs));
    if (old !== undefined || !twin) return undefined;
    return "InvalidPermission.Duplicate: the specified rule already exists";
  },
  made: () => ({ securityGroupRuleId: ec2Id("sgr") }),
};

/** The newer resources, one for each rule and direction. */
const singleRule: Row = {
  id: () => ec2Id("sgr"),
  replaces: ["region", "securityGroupId"],
  uses: [
    { field: "securityGroupId", type: types.securityGroup, onDelete: "vanish" },
    { field: "referencedSecurityGroupId", type: types.securityGroup, onDelete: "refuse" },
  ],
  outputs: (shaped) => ({
    arn: arn(placeOf(shaped), "ec2", `security-group-rule/${shaped.id}`),
    securityGroupRuleId: shaped.id,
  }),
};

export const securityGroupRows: readonly (readonly [string, Row])[] = [
  [types.securityGroup, group],
  ["aws:ec2/defaultSecurityGroup:DefaultSecurityGroup", defaultGroup],
  [ruleType, rule],
  ["aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", singleRule],
  ["aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule", singleRule],
];
