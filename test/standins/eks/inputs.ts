import type { ClusterArgs } from "@pulumi/eks";
import * as pulumi from "@pulumi/pulumi";
import type { Json, JsonObject } from "../../../tools/plugins/kit/json.ts";
import { unknown } from "../../../tools/plugins/kit/properties.ts";
import { checkFields } from "../kit/schema/check.ts";
import { loadSchema } from "../kit/schema/load.ts";
import { resourceSchema } from "../kit/schema/sdk-schema.ts";

export const clusterType = "eks:index:Cluster";

/** Inputs of @pulumi/eks that make resources which this stand-in does not make. */
const lacking = [
  "autoMode",
  "clusterSecurityGroup",
  "createInstanceRole",
  "creationRoleProvider",
  "fargate",
  "instanceRole",
  "instanceRoles",
  "nodeGroupOptions",
  "roleMappings",
  "serviceRole",
  "storageClasses",
  "userMappings",
] as const satisfies readonly (keyof ClusterArgs)[];

interface Problem {
  readonly propertyPath: string;
  readonly reason: string;
}

/** What the SDK's types can check: outputs and resources are taken for what they promise to be. */
function literal(value: unknown): Json {
  if (value === undefined || value === null) return null;
  if (pulumi.Output.isInstance(value) || pulumi.Resource.isInstance(value)) return unknown;
  if (Array.isArray(value)) return value.map(literal);
  if (typeof value === "object") return literalObject(value);
  return value as Json;
}

function literalObject(object: object): JsonObject {
  const given = Object.entries(object).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given.map(([key, value]) => [key, literal(value)]));
}

async function mistakes(inputs: pulumi.Inputs): Promise<Problem[]> {
  const schema = await loadSchema("@pulumi/eks", [clusterType]);
  const { inputs: fields } = resourceSchema(schema, clusterType);
  return checkFields(literalObject(inputs), fields, schema.types).map(({ property, reason }) => ({
    propertyPath: property,
    reason,
  }));
}

function isSet(value: unknown): boolean {
  return value !== undefined && value !== null && value !== false;
}

/** What the real component does and the stand-in does not is refused, instead of done in another way. */
function lackingOf(args: ClusterArgs): Problem[] {
  const made = lacking.filter((key) => isSet(args[key]));
  const needed = [
    ["authenticationMode", args.authenticationMode === "API", '"API"'],
    ["skipDefaultNodeGroup", args.skipDefaultNodeGroup === true, "true"],
    ["skipDefaultSecurityGroups", args.skipDefaultSecurityGroups === true, "true"],
    ["vpcId", args.vpcId !== undefined, "set, as there is no default VPC"],
  ] as const;
  return [
    ...made.map((propertyPath) => ({
      propertyPath,
      reason: "the stand-in for @pulumi/eks lacks it",
    })),
    ...needed
      .filter(([, satisfied]) => !satisfied)
      .map(([propertyPath, , value]) => ({
        propertyPath,
        reason: `the stand-in for @pulumi/eks needs it to be ${value}`,
      })),
  ];
}

/** The inputs of a cluster, when the SDK's types and the stand-in both take them. */
export async function clusterArgs(name: string, inputs: pulumi.Inputs): Promise<ClusterArgs> {
  const args: ClusterArgs = inputs;
  const errors = [...(await mistakes(inputs)), ...lackingOf(args)];
  if (errors.length === 0) return args;
  throw new pulumi.InputPropertiesError({ message: `${clusterType} ${name}`, errors });
}
