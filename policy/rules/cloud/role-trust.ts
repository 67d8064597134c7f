import { Type } from "typebox";
import { cisAws, cisEks } from "../../kit/frameworks.ts";
import { at, entriesAt } from "../../kit/json.ts";
import { resourceRule } from "../../kit/resource-rule.ts";
import type { Settings } from "../../kit/rule.ts";
import { ifKnown } from "../../kit/unknown.ts";
import {
  isAllowed,
  isForEverybody,
  statementsOf,
  textsOf,
  type Statement,
} from "./policy-documents.ts";

const config = Type.Object({
  podTags: Type.Array(Type.String(), {
    default: ["eks-cluster-arn", "kubernetes-namespace", "kubernetes-service-account"],
    description: "Tags of a pod's session that a role for pods must name.",
  }),
});
type Config = (typeof config)["properties"];

/** The keys that conditions of a statement compare with something. */
function conditionKeys(statement: Statement): string[] {
  return entriesAt(statement, "Condition").flatMap(([, test]) =>
    entriesAt(test).map(([key]) => key),
  );
}

function problemsOf(statement: Statement, { podTags }: Settings<Config>): string[] {
  const keys = conditionKeys(statement);
  const services = textsOf(statement, "Principal", "Service");
  const federated = textsOf(statement, "Principal", "Federated");
  const named = [services, federated, textsOf(statement, "Principal", "AWS")].flat();
  const missing = podTags.filter((tag) => !keys.includes(`aws:RequestTag/${tag}`));
  const isOpenId = federated.some((provider) => provider.includes(":oidc-provider/"));
  return [
    ...(isForEverybody(statement) || named.includes("*") ? ["trusts everybody"] : []),
    ...(named.length === 0 ? ["doesn't say whom it trusts"] : []),
    ...(services.includes("pods.eks.amazonaws.com") && missing.length > 0
      ? [`trusts pods without naming ${missing.join(", ")}`]
      : []),
    ...(isOpenId && !keys.some((key) => key.endsWith(":sub"))
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
