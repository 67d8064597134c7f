import { Type } from "typebox";
import { cisAws } from "../../kit/frameworks.ts";
import { at, isPresent, listAt, textAt } from "../../kit/json.ts";
import { resourceRule } from "../../kit/resource-rule.ts";
import type { Report, Settings } from "../../kit/rule.ts";
import { ifKnown } from "../../kit/unknown.ts";
import { isForEverybody, isTied } from "./policy-conditions.ts";
import { isAllowed, statementsOf, textsOf, type Statement } from "./policy-documents.ts";

const config = Type.Object({
  looking: Type.Array(Type.String(), {
    default: ["Describe", "List", "Get"],
    description:
      "How actions begin that only look: they alone may be allowed by a pattern, or on everything.",
  }),
  secret: Type.Array(Type.String(), {
    default: [
      "secretsmanager:GetSecretValue",
      "secretsmanager:BatchGetSecretValue",
      "ssm:GetParameter*",
      "s3:GetObject*",
      "dynamodb:GetItem",
      "dynamodb:GetRecords",
      "kinesis:GetRecords",
      "lambda:GetFunction*",
      "codecommit:GetFile",
      "sts:GetFederationToken",
      "ec2:GetPasswordData",
    ],
    description: "Actions that begin so and give away data all the same.",
  }),
});
type Config = (typeof config)["properties"];

/** Policies that say what their holder may do, with the property that they are. */
const ofIdentities: Readonly<Record<string, string>> = {
  "aws:iam/policy:Policy": "policy",
  "aws:iam/rolePolicy:RolePolicy": "policy",
  "aws:iam/userPolicy:UserPolicy": "policy",
  "aws:iam/groupPolicy:GroupPolicy": "policy",
  "aws:ssoadmin/permissionSetInlinePolicy:PermissionSetInlinePolicy": "inlinePolicy",
};
/** Properties that say who may do something to one resource, whatever that is. */
const ofResources = [
  "policy",
  "policyDocument",
  "resourcePolicy",
  "accessPolicy",
  "accessPolicies",
  "filePolicy",
];
/** Those of buckets are another rule's; an endpoint of a network lets everybody in it through who may do it anyway. */
const judgedElsewhere =
  /^aws:(?:s3\/bucket(?:Policy|V2)?|ec2\/vpcEndpoint(?:Policy)?|organizations\/policy):/;

/**
 * Whether an ARN stands for more than one thing. What is in one bucket (`arn:aws:s3:::bucket/*`), or in one log group
 * (`log-group:name:*`), is one thing; all instances of an account are not.
 */
function isPattern(resource: string): boolean {
  const [, , service, , , ...rest] = resource.split(":");
  const holder = /^(.+)[:/]\*$/.exec(rest.join(":"))?.[1];
  const parts = holder?.split(/[:/]/).filter((part) => part !== "") ?? [];
  const isWithinOne = parts.length >= (service === "s3" ? 1 : 2);
  return /[*?]/.test(isWithinOne ? resource.slice(0, -1) : resource);
}

/** What stands before the first star. */
function beginning(pattern: string): string {
  return (/^[^*?]*/.exec(pattern)?.[0] ?? "").toLowerCase();
}

/** Whether one action may be both, where both may be patterns. */
function overlap(one: string, other: string): boolean {
  const [a, b] = [beginning(one), beginning(other)];
  if (a.length === one.length) return a === b || (b.length < other.length && a.startsWith(b));
  if (b.length === other.length) return b.startsWith(a);
  return a.startsWith(b) || b.startsWith(a);
}

function looksOnly(action: string, { looking }: Settings<Config>): boolean {
  const [, verb = ""] = action.split(":");
  return looking.some((start) => verb.startsWith(start));
}

function givesAway(action: string, { secret }: Settings<Config>): boolean {
  return secret.some((one) => overlap(action, one));
}

/** What is too wide in a statement that allows something. */
function excesses(statement: Statement, settings: Settings<Config>): string[] {
  const actions = textsOf(statement, "Action");
  const changes = actions.filter(
    (action) => !looksOnly(action, settings) || givesAway(action, settings),
  );
  const wild = actions.filter((action) => !looksOnly(action, settings) && /[*?]/.test(action));
  const open = textsOf(statement, "Resource").filter(isPattern);
  const tied = isTied(statement);
  const everything = open.filter((resource) => resource === "*" || !tied);
  return [
    ...(isPresent(statement, "NotAction") ? ["allows all actions but some (NotAction)"] : []),
    ...(isPresent(statement, "NotResource") ? ["allows all resources but some (NotResource)"] : []),
    ...wild.map((action) => `allows ${action}`),
    ...(changes.length > 0 && everything.length > 0
      ? [`allows ${changes.join(", ")} on ${everything.join(", ")}, without a condition`]
      : []),
  ];
}

/**
 * The policies that say what their holder may do. One that names an ARN which only the update knows is unknown as a
 * whole, and left to the update, which asks before it is made.
 */
function identityPolicies(type: string, props: unknown): readonly unknown[] {
  const holders =
    type === "aws:iam/role:Role" ? (ifKnown(() => listAt(props, "inlinePolicies")) ?? []) : [];
  const inline = holders.filter((one) => ifKnown(() => isPresent(one, "policy")) === true);
  const policies = inline.flatMap((holder) => ifKnown(() => [at(holder, "policy")]) ?? []);
  const property = ofIdentities[type];
  const own = property === undefined ? [] : (ifKnown(() => [at(props, property)]) ?? []);
  return [...own, ...policies];
}

/** A permission of a function names one who may; without a source, a service acts for all its customers. */
function isOpenFunction(type: string, props: unknown): boolean {
  if (type === "aws:lambda/functionUrl:FunctionUrl")
    return textAt(props, "authorizationType") === "NONE";
  if (!/^aws:lambda\/(?:permission|layerVersionPermission):/.test(type)) return false;
  const isNarrowed = ["sourceAccount", "sourceArn", "principalOrgId", "organizationId"].some(
    (key) => ifKnown(() => isPresent(props, key)) ?? true,
  );
  return textAt(props, "principal") === "*" && !isNarrowed;
}

/** Whether a policy that hangs on a resource is for everybody. */
function isOpenResource(type: string, props: unknown): boolean {
  if (!type.startsWith("aws:") || type in ofIdentities || judgedElsewhere.test(type)) return false;
  return ofResources.some((key) =>
    statementsOf(ifKnown(() => at(props, key)))
      .filter(isAllowed)
      .some(isForEverybody),
  );
}

function judge(policy: unknown, report: Report, settings: Settings<Config>): void {
  const statements = statementsOf(policy);
  if (statements.length === 0) report("is no policy that can be read");
  for (const problem of statements.filter(isAllowed).flatMap((row) => excesses(row, settings)))
    report(problem);
}

export const iamWildcards = resourceRule<Config>({
  name: "iam-wildcards",
  title: "Policies of AWS name what may be done, and to what",
  why: "A star is a right that nobody decided on: who takes over a program with it takes over much more than the program.",
  fix: "name the actions and the ARNs, tie patterns to a Condition, and name principals",
  severity: "critical",
  frameworks: [cisAws('IAM policies that allow full "*:*" administrative privileges')],
  config,
  check: ({ type, props }, report, settings) => {
    for (const policy of identityPolicies(type, props)) judge(policy, report, settings);
    if (isOpenResource(type, props) || isOpenFunction(type, props))
      report("allows everybody something");
  },
});
