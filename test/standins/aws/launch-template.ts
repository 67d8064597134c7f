import {
  numberAt,
  sameJson,
  textAt,
  without,
  type JsonObject,
} from "../../../tools/plugins/kit/json.ts";
import type { Row } from "../kit/row.ts";
import { arn, ec2Id, placeOf } from "./place.ts";
import { failure, mismatch } from "./rules.ts";
import * as types from "./types.ts";

/** What can change without a new version of the template. */
const unversioned = [
  "defaultVersion",
  "name",
  "namePrefix",
  "region",
  "tags",
  "updateDefaultVersion",
];

/** Whether the data of a template differ from those that its outputs show. */
function hasChanged(inputs: JsonObject, old: JsonObject): boolean {
  return Object.entries(without(inputs, ...unversioned)).some(
    ([key, value]) => !sameJson(value, old[key]),
  );
}

/** Data that the program no longer gives. */
function hasLost(inputs: JsonObject, old: JsonObject): boolean {
  const computed = ["arn", "id", "latestVersion", "tagsAll", ...unversioned];
  return Object.keys(without(old, ...computed)).some((key) => !(key in inputs));
}

function versions(inputs: JsonObject, old: JsonObject | undefined): JsonObject {
  const before = numberAt(old, "latestVersion") ?? 0;
  const changed = old === undefined || hasChanged(inputs, old) || hasLost(inputs, old);
  const latestVersion = changed ? before + 1 : before;
  const follows = inputs["updateDefaultVersion"] === true;
  const chosen = numberAt(inputs, "defaultVersion") ?? numberAt(old, "defaultVersion") ?? 1;
  return { latestVersion, defaultVersion: follows ? latestVersion : chosen };
}

/** Kinds that a template may tag. */
const taggable = [
  "capacity-reservation",
  "elastic-gpu",
  "fleet",
  "instance",
  "network-interface",
  "spot-instances-request",
  "volume",
];

function taggedKinds(inputs: JsonObject) {
  const specifications = inputs["tagSpecifications"];
  if (!Array.isArray(specifications)) return [];
  return specifications.flatMap((specification, index) => {
    const kind = textAt(specification, "resourceType") ?? "instance";
    if (taggable.includes(kind)) return [];
    return [failure(`tagSpecifications[${index}].resourceType`, `EC2 makes no "${kind}"`)];
  });
}

export const launchTemplate: Row = {
  autoname: { property: "name", maxLength: 125 },
  id: () => ec2Id("lt"),
  replaces: ["name", "namePrefix", "region"],
  problems: (inputs) => [
    ...mismatch(inputs, "name", {
      pattern: /^[a-zA-Z0-9()./_-]{3,128}$/,
      reason: "is no name of a launch template",
    }),
    ...taggedKinds(inputs),
  ],
  uses: [{ field: "vpcSecurityGroupIds.*", type: types.securityGroup, onDelete: "nothing" }],
  outputs: (shaped) => ({
    arn: arn(placeOf(shaped), "ec2", `launch-template/${shaped.id}`),
    ...versions(shaped.inputs, shaped.old),
  }),
};
