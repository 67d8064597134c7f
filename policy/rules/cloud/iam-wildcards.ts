import { Type } from "typebox";
import { cisAws } from "../../kit/frameworks.ts";
import { at, isPresent, listAt } from "../../kit/json.ts";
import { resourceRule } from "../../kit/resource-rule.ts";
import type { Report, Settings } from "../../kit/rule.ts";
import { ifKnown } from "../../kit/unknown.ts";
import {
  isAllowed,
  isForEverybody,
  statementsOf,
  textsOf,
  type Statement,
} from "./policy-documents.ts";

const config = Type.Object({
  looking: Type.Array(Type.String(), {
    default: ["Describe", "List", "Get"],
    description:
      "How actions begin that only look: they alone may be allowed by a pattern, or on everything.",
  }),
});
type Config = (typeof config)["properties"];

/** Policies that say what their holder may do. */
const ofIdentities = [
  "aws:iam/policy:Policy",
  "aws:iam/rolePolicy:RolePolicy",
  "aws:iam/userPolicy:UserPolicy",
  "aws:iam/groupPolicy:GroupPolicy",
];
/** Policies that say who may do something to one resource. */
const ofResources = [
  "aws:sqs/queuePolicy:QueuePolicy",
  "aws:sns/topicPolicy:TopicPolicy",
  "aws:kms/key:Key",
  "aws:kms/keyPolicy:KeyPolicy",
  "aws:ecr/repositoryPolicy:RepositoryPolicy",
  "aws:secretsmanager/secretPolicy:SecretPolicy",
];

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

function looksOnly(action: string, { looking }: Settings<Config>): boolean {
  const [, verb = ""] = action.split(":");
  return looking.some((start) => verb.startsWith(start));
}

/** What is too wide in a statement that allows something. */
function excesses(statement: Statement, settings: Settings<Config>): string[] {
  const changes = textsOf(statement, "Action").filter((action) => !looksOnly(action, settings));
  const wild = changes.filter((action) => action.includes("*"));
  const open = textsOf(statement, "Resource").filter(isPattern);
  const tied = isPresent(statement, "Condition");
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
  const own = ofIdentities.includes(type) ? [props] : [];
  return [...own, ...inline].flatMap((holder) => ifKnown(() => [at(holder, "policy")]) ?? []);
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
    if (!ofResources.includes(type)) return;
    const text = ifKnown(() => at(props, "policy"));
    const open = statementsOf(text).filter(isAllowed).some(isForEverybody);
    if (open) report("allows everybody something");
  },
});
