import { cisAws } from "../../kit/frameworks.ts";
import { at, entriesAt, isObject, isPresent, keysAt, listAt, textsAt } from "../../kit/json.ts";
import { resourceRule } from "../../kit/resource-rule.ts";
import { ifKnown } from "../../kit/unknown.ts";

/** Policies of AWS: JSON in a text. */

export type Statement = Readonly<Record<string, unknown>>;

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // Who reads it finds no statement, and says so.
  }
}

/** Its statements; none where it is no policy. A single one may stand without a list. */
export function statementsOf(policy: unknown): readonly Statement[] {
  const document = typeof policy === "string" ? parsed(policy) : policy;
  const single = at(document, "Statement");
  return isObject(single) ? [single] : listAt(document, "Statement").filter(isObject);
}

export function isAllowed(statement: Statement): boolean {
  return at(statement, "Effect") === "Allow";
}

export function textsOf(value: unknown, ...path: readonly string[]): readonly string[] {
  const found = at(value, ...path);
  return typeof found === "string" ? [found] : textsAt(found);
}

/** Whether it names everybody; a condition that leaves only some of them is not enough. */
export function isForEverybody(statement: Statement): boolean {
  const principals = [
    ...textsOf(statement, "Principal"),
    ...textsOf(statement, "Principal", "AWS"),
  ];
  return at(statement, "NotPrincipal") !== undefined || principals.includes("*");
}

/** What a condition asks for: that a key has one of the values. */
interface Wanted {
  readonly key: string;
  readonly values: readonly string[];
}

/** Operators that hold only where the key is there, which those that end in IfExists or begin with ForAllValues do not. */
const asking = /^(?:ForAnyValue:)?(?:String(?:Equals|EqualsIgnoreCase|Like)|Arn(?:Equals|Like))$/;

/** What a statement asks for by its conditions. Keys are in small letters, because AWS ignores their case. */
export function wantedBy(statement: Statement): Wanted[] {
  return entriesAt(statement, "Condition")
    .filter(([operator]) => asking.test(operator))
    .flatMap(([operator]) =>
      keysAt(statement, "Condition", operator).map((key) => ({
        key: key.toLowerCase(),
        values: textsOf(at(statement, "Condition", operator), key),
      })),
    )
    .filter(({ values }) => values.length > 0 && values.every((value) => /[^*?]/.test(value)));
}

/** Actions that only look begin so; these give away data all the same. */
const looking = /^[\w-]+:(?:Describe|List|Get)/;
const secret = [
  "secretsmanager:GetSecretValue",
  "secretsmanager:BatchGetSecretValue",
  "ssm:GetParameter",
  "s3:GetObject",
  "sts:GetFederationToken",
  "ec2:GetPasswordData",
];
/** These hold of every request, or say nothing of what is asked for. */
const idle = /^aws:(?:securetransport|requestedregion)$/;

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

function looksOnly(action: string): boolean {
  const [start = ""] = action.split(/[*?]/);
  const isPart = start !== action;
  const isSecret = secret.some((one) => start.startsWith(one) || (isPart && one.startsWith(start)));
  return looking.test(action) && !isSecret;
}

function excesses(statement: Statement): string[] {
  const actions = textsOf(statement, "Action");
  const changes = actions.filter((action) => !looksOnly(action));
  const wild = actions.filter((action) => !looking.test(action) && /[*?]/.test(action));
  const open = textsOf(statement, "Resource").filter(isPattern);
  const isTied = wantedBy(statement).some(({ key }) => !idle.test(key));
  const everything = open.filter((resource) => resource === "*" || !isTied);
  return [
    ...(isPresent(statement, "NotAction") ? ["allows all actions but some (NotAction)"] : []),
    ...(isPresent(statement, "NotResource") ? ["allows all resources but some (NotResource)"] : []),
    ...wild.map((action) => `allows ${action}`),
    ...(changes.length > 0 && everything.length > 0
      ? [`allows ${changes.join(", ")} on ${everything.join(", ")}, without a condition`]
      : []),
  ];
}

/** A role may have policies in itself too; each is to be a resource, where it can be seen. */
const within = ["inlinePolicies", "managedPolicyArns"];

export const iamWildcards = resourceRule({
  name: "iam-wildcards",
  title: "Policies of AWS name what may be done, and to what",
  why: "A star is a right that nobody decided on: who takes over a program with it takes over much more than the program.",
  fix: "name the actions and the ARNs, tie patterns to a Condition, name principals, and give roles their policies by RolePolicy and RolePolicyAttachment",
  severity: "critical",
  frameworks: [cisAws('IAM policies that allow full "*:*" administrative privileges')],
  check: ({ type, props }, report) => {
    if (type === "aws:iam/rolePolicy:RolePolicy") {
      // One that names an ARN which only the update knows is left to the update, which asks before it is made.
      const statements = ifKnown(() => statementsOf(at(props, "policy")));
      if (statements?.length === 0) report("is no policy that can be read");
      report(...(statements ?? []).filter(isAllowed).flatMap(excesses));
    }
    if (type === "aws:iam/role:Role") {
      const given = within.filter((key) => ifKnown(() => isPresent(props, key)) !== false);
      report(...given.map((key) => `has policies in itself (${key})`));
    }
    if (type !== "aws:kms/key:Key") return;
    const statements = statementsOf(ifKnown(() => at(props, "policy")));
    if (statements.some((row) => isAllowed(row) && isForEverybody(row))) {
      report("allows everybody something");
    }
  },
});
