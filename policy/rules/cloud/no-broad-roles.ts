import { Type } from "typebox";
import { cisAws, cisGcp } from "../../kit/frameworks.ts";
import { isPresent, textAt, textsAt } from "../../kit/json.ts";
import { matchesAny } from "../../kit/pattern.ts";
import { resourceRule } from "../../kit/resource-rule.ts";
import type { Settings } from "../../kit/rule.ts";
import { ifKnown } from "../../kit/unknown.ts";
import { textsOf } from "./policy-documents.ts";

const config = Type.Object({
  aws: Type.Array(Type.String(), {
    default: ["AdministratorAccess", "PowerUserAccess", "SystemAdministrator", "*FullAccess"],
    description: "Names of AWS's own policies that nobody gets. `*` stands for any text.",
  }),
  google: Type.Array(Type.String(), {
    default: [
      "roles/owner",
      "roles/editor",
      "roles/viewer",
      "roles/*.admin",
      "roles/*Admin",
      "roles/iam.serviceAccountTokenCreator",
      "roles/iam.serviceAccountUser",
    ],
    description: "Roles of Google that nobody gets. `*` stands for any text.",
  }),
});
type Config = (typeof config)["properties"];

const attachment = /^aws:iam\/\w*[pP]olicyAttachment(sExclusive)?:/;
const googleGrant = /^gcp:.*(IAM|Iam)(Member|Binding)$/;
const everybody = /^all(Authenticated)?Users$/;

/** What the update alone knows is a policy or an account of the program's own. */
function known(read: () => readonly string[]): readonly string[] {
  return ifKnown(read) ?? [];
}

function policiesOf(type: string, props: unknown): readonly string[] {
  if (type === "aws:iam/role:Role") return known(() => textsAt(props, "managedPolicyArns"));
  if (!attachment.test(type)) return [];
  return known(() => [...textsOf(props, "policyArn"), ...textsAt(props, "policyArns")]);
}

/** Who gets a role; somebody whom the update alone knows is somebody. */
function membersOf(props: unknown): readonly string[] {
  return ["member", "members"].flatMap((key) => ifKnown(() => textsOf(props, key)) ?? ["unknown"]);
}

function namesNoPolicy(props: unknown): boolean {
  return ["policyArn", "policyArns"].every((key) => ifKnown(() => isPresent(props, key)) === false);
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
    if (!googleGrant.test(type)) return;
    const role = textAt(props, "role") ?? "";
    if (matchesAny(settings.google, role)) report(`gives ${role}`);
    const members = membersOf(props);
    if (members.length === 0) report("doesn't say who gets a role");
    if (members.some((who) => everybody.test(who))) report("gives rights to everybody");
  },
});
