import {
  at,
  objectAt,
  textAt,
  type Json,
  type JsonObject,
} from "../../../tools/plugins/kit/json.ts";
import { isUnknown } from "../../../tools/plugins/kit/properties.ts";
import type { Cloud, Refusals } from "../kit/row.ts";
import type { ResourceSchema } from "../kit/schema/sdk-schema.ts";
import { cluster } from "./cluster.ts";
import { identityRows } from "./identity.ts";
import { networkRows, networkType } from "./network.ts";
import { nodePool } from "./node-pool.ts";
import { sqlRows } from "./sql.ts";
import { storageRows } from "./storage.ts";
import { clusterType, nodePoolType } from "./type-tokens.ts";

/** The label by which Google and Pulumi count what Pulumi made. */
const attribution = { "goog-pulumi-provisioned": "true" };

/** A cluster's labels have a name of their own. */
const labelInputs = ["labels", "resourceLabels"];

function labels(inputs: JsonObject, config: JsonObject, schema: ResourceSchema): JsonObject {
  if (!("effectiveLabels" in schema.outputs)) return {};
  const key = labelInputs.find((name) => name in schema.inputs) ?? "labels";
  const own: Json = inputs[key] ?? {};
  if (isUnknown(own)) return { pulumiLabels: own, effectiveLabels: own };
  const added = at(config, "addPulumiAttributionLabel") === false ? {} : attribution;
  const all = { ...objectAt(config, "defaultLabels"), ...added, ...objectAt(inputs, key) };
  return { [key]: own, pulumiLabels: all, effectiveLabels: all };
}

/** A field that the program may leave to the provider's configuration. */
function inherited(
  key: string,
  inputs: JsonObject,
  config: JsonObject,
  schema: ResourceSchema,
): JsonObject {
  const value = textAt(inputs, key) ?? textAt(config, key);
  return key in schema.outputs && value !== undefined ? { [key]: value } : {};
}

function common(inputs: JsonObject, config: JsonObject, schema: ResourceSchema): JsonObject {
  const defaults = { deletionPolicy: "DELETE", ...config };
  return {
    ...inherited("project", inputs, config, schema),
    ...inherited("region", inputs, config, schema),
    ...inherited("deletionPolicy", inputs, defaults, schema),
    ...labels(inputs, config, schema),
  };
}

/** "subnetwork" of "gcp:compute/subnetwork:Subnetwork". */
function kindOf(type: string): string {
  return type.split(":").at(-1)?.toLowerCase() ?? type;
}

const refusals: Refusals = {
  missing: (type, reference) =>
    `googleapi: Error 404: The resource '${reference}' (${kindOf(type)}) was not found, notFound`,
  exists: (type, id) =>
    type === nodePoolType
      ? `resource - ${id} - already exists`
      : `googleapi: Error 409: The resource '${id}' already exists, alreadyExists`,
  inUse: (target, user) => {
    const kind = kindOf(target.type);
    const used = `The ${kind} resource '${target.id}' is already being used by '${user.id}'`;
    return target.type === networkType
      ? `Error waiting for Deleting Network: ${used}`
      : `googleapi: Error 400: ${used}, resourceInUseByAnotherResource`;
  },
};

export const gcp: Cloud = {
  name: "gcp",
  sdk: "@pulumi/gcp",
  rows: new Map([
    ...networkRows,
    ...identityRows,
    ...storageRows,
    ...sqlRows,
    [clusterType, cluster],
    [nodePoolType, nodePool],
  ]),
  common,
  refusals,
};
