import { cisAws, cisEks, cisGcp } from "../../kit/frameworks.ts";
import { at, textAt } from "../../kit/json.ts";
import { matchesAny } from "../../kit/pattern.ts";
import { resourceRule } from "../../kit/resource-rule.ts";
import { ifKnown } from "../../kit/unknown.ts";
import {
  isAllowed,
  isForEverybody,
  type Statement,
  statementsOf,
  textsOf,
  wantedBy,
} from "./iam-policies.ts";

/** Tags of a pod's session that a role for pods must name. */
const podTags = ["eks-cluster-arn", "kubernetes-namespace", "kubernetes-service-account"];

function namedKeys(statement: Statement): string[] {
  return wantedBy(statement)
    .filter(({ values }) => values.every((value) => !/[*?]/.test(value)))
    .map(({ key }) => key);
}

function problemsOf(statement: Statement): string[] {
  const keys = namedKeys(statement);
  const services = textsOf(statement, "Principal", "Service");
  const federated = textsOf(statement, "Principal", "Federated");
  const named = [services, federated, textsOf(statement, "Principal", "AWS")].flat();
  const missing = podTags.filter((tag) => !keys.includes(`aws:requesttag/${tag}`));
  const isOfOneSubject = keys.some((key) => key.endsWith(":sub"));
  return [
    ...(isForEverybody(statement) || named.includes("*") ? ["trusts everybody"] : []),
    ...(named.length === 0 ? ["doesn't say whom it trusts"] : []),
    ...(services.includes("pods.eks.amazonaws.com") && missing.length > 0
      ? [`trusts pods without naming ${missing.join(", ")}`]
      : []),
    ...(federated.length > 0 && !isOfOneSubject
      ? ["trusts every account of an OpenID provider (no condition on :sub)"]
      : []),
  ];
}

export const roleTrust = resourceRule({
  name: "role-trust",
  title: "Roles trust one service, or one account of pods",
  why: "Whom a role trusts may do all that it may: with a star that is everybody with an account of AWS, and without conditions every pod of every cluster.",
  fix: "name the principal, for pods the tags of cluster, namespace and service account in StringEquals, for OpenID the subject",
  severity: "critical",
  frameworks: [cisAws("Least privilege of roles"), cisEks("Dedicated service accounts for pods")],
  check: ({ type, props }, report) => {
    if (type !== "aws:iam/role:Role") return;
    // One that names an ARN which only the update knows is evaluated there, before the role is made.
    const statements = ifKnown(() => statementsOf(at(props, "assumeRolePolicy")));
    if (statements === undefined) return;
    if (statements.length === 0) report("has no trust policy that can be read");
    report(...statements.filter(isAllowed).flatMap(problemsOf));
  },
});

/** Names of AWS's own policies that nobody gets. */
const awsPolicies = [
  "AdministratorAccess*",
  "PowerUserAccess",
  "ReadOnlyAccess",
  "SecretsManagerReadWrite",
  "SystemAdministrator",
  "DatabaseAdministrator",
  "NetworkAdministrator",
  "*FullAccess",
];
const googleRoles = [
  "roles/owner",
  "roles/editor",
  "roles/viewer",
  "roles/*.admin",
  "roles/*Admin",
  "roles/*Admin.*",
  "roles/iam.serviceAccountTokenCreator",
  "roles/iam.serviceAccountUser",
];
/** The last: all that a pool knows, which may be everybody with an account of somebody else's. */
const everybody = /^all(Authenticated)?Users$|\/workloadIdentityPools\/[^/]+\/\*$/;

/** The policy that a role gets; one that the update alone knows is the program's own. */
function broadPolicy(type: string, props: unknown): string | undefined {
  if (type !== "aws:iam/rolePolicyAttachment:RolePolicyAttachment") return undefined;
  const arn = ifKnown(() => textAt(props, "policyArn") ?? "");
  if (arn === "") return "doesn't say which policy it gives";
  const name = /^arn:[^:]+:iam::aws:policy\/(?:.*\/)?([^/]+)$/.exec(arn ?? "")?.[1];
  return name !== undefined && matchesAny(awsPolicies, name) ? `gives ${name}` : undefined;
}

function googleProblems(type: string, props: unknown): string[] {
  if (!/^gcp:.*IAMMember$/.test(type)) return [];
  const role = textAt(props, "role") ?? "";
  // Somebody whom the update alone knows is an account of the program's own.
  const member = ifKnown(() => textAt(props, "member") ?? "") ?? "known in the update";
  return [
    ...(member === "" ? ["doesn't say who gets a role"] : []),
    ...(matchesAny(googleRoles, role) ? [`gives ${role}`] : []),
    ...(everybody.test(member) ? ["gives rights to everybody"] : []),
  ];
}

export const noBroadRoles = resourceRule({
  name: "no-broad-roles",
  title: "Nobody gets a role that may do everything, and everybody gets none",
  why: "Who breaks into one program with such a role owns the account.",
  fix: "give a role that names what is needed, to one account, and no owner, editor or administrator",
  severity: "critical",
  frameworks: [
    cisAws('IAM policies that allow full "*:*" administrative privileges are not attached'),
  ],
  check: ({ type, props }, report) => {
    report(broadPolicy(type, props), ...googleProblems(type, props));
  },
});

export const noStandingKeys = resourceRule({
  name: "no-standing-keys",
  title: "Programs make no keys that are good for ever",
  why: "Such a key works from everywhere and ends up in files, in logs and on laptops; nobody knows who has it.",
  fix: "use identities instead: workload identity, Pod Identity, roles for services, OIDC for pipelines",
  severity: "high",
  frameworks: [cisGcp("Only GCP-managed service account keys for each service account")],
  check: ({ type }, report) => {
    if (type === "gcp:storage/hmacKey:HmacKey") {
      report("is a key for buckets, good until somebody deletes it");
    }
  },
});

export const identityRules = [roleTrust, noBroadRoles, noStandingKeys];
