import { objectAt, textAt, type JsonObject } from "../../../tools/plugins/kit/json.ts";
import type { Cloud, Row } from "../kit/row.ts";
import type { ResourceSchema } from "../kit/schema/sdk-schema.ts";
import { databaseRows } from "./database.ts";
import { cluster } from "./eks-cluster.ts";
import { nodeGroup } from "./eks-node-group.ts";
import { eksPartRows } from "./eks-parts.ts";
import { iamRows } from "./iam.ts";
import { keyAndLogRows } from "./keys-and-logs.ts";
import { launchTemplate } from "./launch-template.ts";
import { networkRows } from "./network.ts";
import { refusals } from "./refusals.ts";
import { routeRows } from "./routes.ts";
import { prefixProblems, tagProblems } from "./rules.ts";
import { securityGroupRows } from "./security-groups.ts";
import { storageRows } from "./storage.ts";
import * as types from "./types.ts";

/** Region and tags of the provider's defaults, on every resource that has them. */
function common(inputs: JsonObject, config: JsonObject, schema: ResourceSchema): JsonObject {
  const region = textAt(inputs, "region") ?? textAt(config, "region");
  const tagsAll = { ...objectAt(config, "defaultTags", "tags"), ...objectAt(inputs, "tags") };
  return {
    ...("region" in schema.outputs && region !== undefined ? { region } : {}),
    ...("tagsAll" in schema.outputs ? { tagsAll } : {}),
  };
}

function withCommonRules(row: Row): Row {
  return {
    ...row,
    problems: (inputs) => [
      ...(row.problems?.(inputs) ?? []),
      ...tagProblems(inputs),
      ...prefixProblems(inputs),
    ],
  };
}

const rows: readonly (readonly [string, Row])[] = [
  ...networkRows,
  ...routeRows,
  ...securityGroupRows,
  [types.launchTemplate, launchTemplate],
  [types.cluster, cluster],
  [types.nodeGroup, nodeGroup],
  ...eksPartRows,
  ...iamRows,
  ...storageRows,
  ...databaseRows,
  ...keyAndLogRows,
];

export const aws: Cloud = {
  name: "aws",
  sdk: "@pulumi/aws",
  rows: new Map(rows.map(([type, row]) => [type, withCommonRules(row)])),
  common,
  refusals,
};
