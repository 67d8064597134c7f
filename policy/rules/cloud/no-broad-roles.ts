import { Type } from "typebox";
import { cisAws, cisGcp } from "../../kit/frameworks.ts";
import { at, isPresent, textAt, textsAt } from "../../kit/json.ts";
import { matchesAny } from "../../kit/pattern.ts";
import { resourceRule } from "../../kit/resource-rule.ts";
import type { Settings } from "../../kit/rule.ts";
import { ifKnown } from "../../kit/unknown.ts";
import { grantsOf } from "./google-policies.ts";
import { textsOf } from "./policy-documents.ts";

const config = Type.Object({
  aws: Type.Array(Type.String(), {
    default: [
      "AdministratorAccess*",
      "PowerUserAccess",
      "ReadOnlyAccess",
      "SecretsManagerReadWrite",
      "SystemAdministrator",
      "DatabaseAdministrator",
      "NetworkAdministrator",
      "*FullAccess",
    ],
    description: "Names of AWS's own policies that nobody gets. `*` stands for any text.",
  }),
  google: Type.Array(Type.String(), {
    default: [
      "roles/owner",
      "roles/editor",
      "roles/viewer",
      "roles/*.admin",
      "roles/*Admin",
      "roles/*Admin.*",
      "roles/iam.serviceAccountTokenCreator",
      "roles/iam.serviceAccountUser",
    ],
    description: "Roles of Google that nobody gets. `*` stands for any text.",
  }),
  permissions: Type.Array(Type.String(), {
    default: [
      "*.setIamPolicy",
      "iam.roles.update",
      "iam.serviceAccounts.actAs",
      "iam.serviceAccounts.getAccessToken",
      "iam.serviceAccounts.getOpenIdToken",
      "iam.serviceAccounts.implicitDelegation",
      "iam.serviceAccounts.signBlob",
      "iam.serviceAccounts.signJwt",
      "iam.serviceAccountKeys.create",
    ],
    description:
      "Permissions that no role of the program's own includes, because they include others. `*` stands for any text.",
  }),
});
type Config = (typeof config)["properties"];

const attachment = /^aws:(iam|ssoadmin)\/\w*[pP]olicyAttachment(sExclusive)?:/;
const googleGrant = /^gcp:.*(IAM|Iam)(Member|Binding)$/;
const googlePolicy = /^gcp:.*(IAM|Iam)Policy$/;
const googleRole = /^gcp:\w+\/iAMCustomRole:/;
/** The last: all that a pool knows, which may be everybody with an account of somebody else's. */
const everybody = /^all(Authenticated)?Users$|\/workloadIdentityPools\/[^/]+\/\*$/;
/** Where an attachment names policies. */
const policyKeys = ["policyArn", "policyArns", "managedPolicyArn"];

/** What the update alone knows is a policy or an account of the program's own. */
function known(read: () => readonly string[]): readonly string[] {
  return ifKnown(read) ?? [];
}

function policiesOf(type: string, props: unknown): readonly string[] {
  if (type === "aws:iam/role:Role") return known(() => textsAt(props, "managedPolicyArns"));
  if (!attachment.test(type)) return [];
  return policyKeys.flatMap((key) => known(() => textsOf(props, key)));
}

/** Who gets a role; somebody whom the update alone knows is somebody. */
function membersOf(props: unknown): readonly string[] {
  return ["member", "members"].flatMap((key) => ifKnown(() => textsOf(props, key)) ?? ["unknown"]);
}

function namesNoPolicy(props: unknown): boolean {
  return policyKeys.every((key) => ifKnown(() => isPresent(props, key)) === false);
}

function isAmazons(arn: string): boolean {
  return /^arn:[^:]+:iam::aws:policy\//.test(arn);
}

function broadPolicies(type: string, props: unknown, { aws }: Settings<Config>): string[] {
  return policiesOf(type, props)
    .filter(isAmazons)
    .map((arn) => arn.split("/").at(-1) ?? arn)
    .filter((name) => matchesAny(aws, name));
}

/** What is wrong with giving a role to somebody. */
function grantProblems(
  role: string,
  members: readonly string[],
  { google }: Settings<Config>,
): string[] {
  return [
    ...(matchesAny(google, role) ? [`gives ${role}`] : []),
    ...(members.some((who) => everybody.test(who)) ? ["gives rights to everybody"] : []),
  ];
}

function googleProblems(type: string, props: unknown, settings: Settings<Config>): string[] {
  if (googleRole.test(type)) {
    return known(() => textsAt(props, "permissions"))
      .filter((permission) => matchesAny(settings.permissions, permission))
      .map((permission) => `includes ${permission}, and with it other rights`);
  }
  if (googlePolicy.test(type)) {
    const grants = ifKnown(() => grantsOf(at(props, "policyData"))) ?? [];
    return grants.flatMap(({ role, members }) => grantProblems(role, members, settings));
  }
  if (!googleGrant.test(type)) return [];
  const members = membersOf(props);
  return [
    ...(members.length === 0 ? ["doesn't say who gets a role"] : []),
    ...grantProblems(textAt(props, "role") ?? "", members, settings),
  ];
}

export const noBroadRoles = resourceRule<Config>({
  name: "no-broad-roles",
  title: "Nobody gets a role that may do everything, and everybody gets none",
  why: "Who breaks into one program with such a role owns the account.",
  fix: "give a role that names what is needed, to one account, and no owner, editor or administrator",
  severity: "critical",
  frameworks: [
    cisAws('IAM policies that allow full "*:*" administrative privileges are not attached'),
    cisGcp("Service account has no admin privileges"),
  ],
  config,
  check: ({ type, props }, report, settings) => {
    for (const name of broadPolicies(type, props, settings)) report(`gives ${name}`);
    if (attachment.test(type) && namesNoPolicy(props)) report("doesn't say which policy it gives");
    for (const problem of googleProblems(type, props, settings)) report(problem);
  },
});
