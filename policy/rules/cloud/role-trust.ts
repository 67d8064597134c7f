import { Type } from "typebox";
import { cisAws, cisEks } from "../../kit/frameworks.ts";
import { at } from "../../kit/json.ts";
import { resourceRule } from "../../kit/resource-rule.ts";
import type { Settings } from "../../kit/rule.ts";
import { ifKnown } from "../../kit/unknown.ts";
import { isForEverybody, wantedBy } from "./policy-conditions.ts";
import { isAllowed, statementsOf, textsOf, type Statement } from "./policy-documents.ts";

const config = Type.Object({
  podTags: Type.Array(Type.String(), {
    default: ["eks-cluster-arn", "kubernetes-namespace", "kubernetes-service-account"],
    description: "Tags of a pod's session that a role for pods must name.",
  }),
});
type Config = (typeof config)["properties"];

/**
 * Whether a subject is one account: of Kubernetes `system:serviceaccount:namespace:name`; of others its first two parts
 * name it, like `repo:owner/name` of a pipeline.
 */
function isOneAccount(subject: string): boolean {
  const parts = subject.split(":");
  const named = subject.startsWith("system:serviceaccount") ? parts : parts.slice(0, 2);
  return named.every((part) => !/[*?]/.test(part));
}

/** Keys of which a condition wants one of some named values. */
function namedKeys(statement: Statement): string[] {
  return wantedBy(statement)
    .filter(({ key, values }) =>
      key.endsWith(":sub")
        ? values.every(isOneAccount)
        : values.every((value) => !/^[*?]*$/.test(value)),
    )
    .map(({ key }) => key);
}

/** The key by which a provider says of whom it speaks. Those of the web, like Cognito, at least say for which program. */
function tellingKey(provider: string): RegExp {
  return provider.includes(":oidc-provider/") ? /:sub$/ : /:(?:sub|aud|app_id)$/;
}

/** SAML providers are of one company, and know nobody else. */
function isUnbound(provider: string, keys: readonly string[]): boolean {
  return (
    !provider.includes(":saml-provider/") && !keys.some((key) => tellingKey(provider).test(key))
  );
}

function problemsOf(statement: Statement, { podTags }: Settings<Config>): string[] {
  const keys = namedKeys(statement);
  const services = textsOf(statement, "Principal", "Service");
  const federated = textsOf(statement, "Principal", "Federated");
  const named = [services, federated, textsOf(statement, "Principal", "AWS")].flat();
  const missing = podTags.filter((tag) => !keys.includes(`aws:requesttag/${tag}`));
  return [
    ...(isForEverybody(statement) || named.includes("*") ? ["trusts everybody"] : []),
    ...(named.length === 0 ? ["doesn't say whom it trusts"] : []),
    ...(services.includes("pods.eks.amazonaws.com") && missing.length > 0
      ? [`trusts pods without naming ${missing.join(", ")}`]
      : []),
    ...(federated.some((provider) => isUnbound(provider, keys))
      ? ["trusts every account of an OpenID provider (no condition on :sub)"]
      : []),
  ];
}

export const roleTrust = resourceRule<Config>({
  name: "role-trust",
  title: "Roles trust one service, or one account of pods",
  why: "Whom a role trusts may do all that it may: with a star that is everybody with an account of AWS, and without conditions every pod of every cluster.",
  fix: "name the principal, for pods the tags of cluster, namespace and service account in StringEquals, for OpenID the subject",
  severity: "critical",
  frameworks: [cisAws("Least privilege of roles"), cisEks("Dedicated service accounts for pods")],
  config,
  check: ({ type, props }, report, settings) => {
    if (type !== "aws:iam/role:Role") return;
    // One that names an ARN which only the update knows is judged there, before the role is made.
    const statements = ifKnown(() => statementsOf(at(props, "assumeRolePolicy")));
    if (statements === undefined) return;
    if (statements.length === 0) report("has no trust policy that can be read");
    const allowed = statements.filter(isAllowed);
    for (const problem of allowed.flatMap((row) => problemsOf(row, settings))) report(problem);
  },
});
