import { at, list } from "./rule.ts";

/** What policies of IAM and of buckets say. */

type Statement = Readonly<Record<string, unknown>>;

export function statements(policy: unknown): Statement[] {
  const document: unknown = typeof policy === "string" ? JSON.parse(policy) : {};
  return list(at(document, "Statement")) as Statement[];
}

function many(value: unknown): string[] {
  return (Array.isArray(value) ? value : [value]).map(String);
}

const looking = /^[a-z0-9-]+:(Describe|List|Get)/;

/** Nothing of everything; and of all resources, only to look. */
export function isNarrow(statement: Statement): boolean {
  const actions = many(statement["Action"]);
  return (
    statement["Effect"] === "Deny" ||
    (actions.length > 0 &&
      !actions.some((action) => action.includes("*")) &&
      (!many(statement["Resource"]).includes("*") ||
        actions.every((action) => looking.test(action))))
  );
}

/** Rights to change things that are not the stack's alone are tied to the stack's tag. */
export function isTied(statement: Statement): boolean {
  const touches = many(statement["Action"]).some(
    (action) => action.startsWith("autoscaling:") && !looking.test(action),
  );
  return !touches || at(statement, "Condition.StringEquals") !== undefined;
}

/** A service, and for pods the one account that may. */
export function isTrusted(statement: Statement): boolean {
  const service = at(statement, "Principal.Service");
  const forPods = service === "pods.eks.amazonaws.com";
  const condition = at(statement, "Condition.StringEquals");
  const pinned = ["eks-cluster-arn", "kubernetes-namespace", "kubernetes-service-account"].every(
    (tag) =>
      condition !== undefined &&
      typeof (condition as Statement)[`aws:RequestTag/${tag}`] === "string",
  );
  return typeof service === "string" && (!forPods || pinned);
}

export function refusesPlainText(policy: unknown): boolean {
  return statements(policy).some(
    (statement) =>
      statement["Effect"] === "Deny" &&
      statement["Principal"] === "*" &&
      at(statement, "Condition.Bool.aws:SecureTransport") === "false",
  );
}
