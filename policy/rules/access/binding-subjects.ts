import { kubernetesDocs } from "../../kit/frameworks.ts";
import { listAt, textAt } from "../../kit/json.ts";
import { matchesAny } from "../../kit/pattern.ts";
import { resourceRule } from "../../kit/resource-rule.ts";
import { isKind } from "../../kit/subject.ts";
import { bindingKinds } from "./rbac.ts";

const refused: Readonly<Record<string, readonly string[]>> = {
  Group: [
    "system:masters",
    "system:nodes",
    "system:unauthenticated",
    "system:authenticated",
    "system:serviceaccounts",
    "system:serviceaccounts:*",
  ],
  User: ["system:anonymous", "system:serviceaccount:*:default"],
  ServiceAccount: ["default"],
};

export const bindingSubjects = resourceRule({
  name: "binding-subjects",
  title: "Rights go to identities that somebody has chosen",
  why: "The default ServiceAccount is that of every pod that names none, and the groups of the system hold everybody: on some clouds anyone with an account.",
  fix: "make a ServiceAccount for the workload and bind that",
  severity: "high",
  frameworks: [kubernetesDocs("Role Based Access Control Good Practices")],
  check: (subject, report) => {
    if (!isKind(subject, ...bindingKinds)) return;
    for (const holder of listAt(subject.props, "subjects")) {
      const kind = textAt(holder, "kind") ?? "";
      const name = textAt(holder, "name") ?? "";
      if (matchesAny(refused[kind] ?? [], name)) report(`gives rights to ${kind} ${name}`);
    }
  },
});
