import { Type } from "typebox";
import { cisGke, cisKubernetes, kubernetesDocs } from "../../kit/frameworks.ts";
import { listAt, textAt } from "../../kit/json.ts";
import { matchesAny } from "../../kit/pattern.ts";
import { resourceRule } from "../../kit/resource-rule.ts";
import { isKind } from "../../kit/subject.ts";
import { bindingKinds } from "./rbac.ts";

const config = Type.Object({
  refusedGroups: Type.Array(Type.String(), {
    default: [
      "system:masters",
      "system:nodes",
      "system:unauthenticated",
      "system:authenticated",
      "system:serviceaccounts",
      "system:serviceaccounts:*",
    ],
    description: "Groups that no binding may name. `*` stands for any text.",
  }),
  refusedUsers: Type.Array(Type.String(), {
    default: ["system:anonymous", "system:serviceaccount:*:default"],
    description: "Users that no binding may name. `*` stands for any text.",
  }),
  refusedAccounts: Type.Array(Type.String(), {
    default: ["default"],
    description: "ServiceAccounts, in any namespace, that no binding may name.",
  }),
});

export const bindingSubjects = resourceRule({
  name: "binding-subjects",
  title: "Rights go to identities that somebody has chosen",
  why: "The default ServiceAccount is that of every pod that names none, and the groups of the system hold everybody: on some clouds anyone with an account.",
  fix: "make a ServiceAccount for the workload and bind that",
  severity: "high",
  frameworks: [
    kubernetesDocs("Role Based Access Control Good Practices"),
    cisKubernetes("Ensure that default service accounts are not actively used"),
    cisKubernetes("Avoid use of system:masters group"),
    cisGke("Avoid non-default bindings to system:authenticated"),
  ],
  config,
  check: (subject, report, { refusedGroups, refusedUsers, refusedAccounts }) => {
    const refused: Readonly<Record<string, readonly string[]>> = {
      Group: refusedGroups,
      User: refusedUsers,
      ServiceAccount: refusedAccounts,
    };
    if (!isKind(subject, ...bindingKinds)) return;
    for (const holder of listAt(subject.props, "subjects")) {
      const kind = textAt(holder, "kind") ?? "";
      const name = textAt(holder, "name") ?? "";
      if (matchesAny(refused[kind] ?? [], name)) report(`gives rights to ${kind} ${name}`);
    }
  },
});
