import { Type } from "typebox";
import { cisKubernetes } from "../../kit/frameworks.ts";
import { listAt, textAt } from "../../kit/json.ts";
import { matchesAny } from "../../kit/pattern.ts";
import { resourceRule } from "../../kit/resource-rule.ts";
import { isKind } from "../../kit/subject.ts";
import { bindingKinds } from "./rbac.ts";

const config = Type.Object({
  refusedRoles: Type.Array(Type.String(), {
    default: [
      "cluster-admin",
      "system:controller:*",
      "system:kube-controller-manager",
      "system:kube-scheduler",
      "system:node",
    ],
    description:
      "ClusterRoles that no binding may name: that of administrators and those of the cluster's own parts. `*` stands for any text.",
  }),
  refusedForPods: Type.Array(Type.String(), {
    default: ["admin", "edit"],
    description:
      "ClusterRoles that people may have in a namespace, and neither a ServiceAccount nor anybody in all namespaces: they read Secrets and run pods.",
  }),
});

function isForPods(binding: unknown): boolean {
  return listAt(binding, "subjects").some((holder) => textAt(holder, "kind") === "ServiceAccount");
}

export const clusterAdmin = resourceRule({
  name: "cluster-admin",
  title: "Nobody is bound to cluster-admin, or to a built-in role that leads there",
  why: "Whoever gets into a pod with it owns the cluster, its nodes and every Secret.",
  fix: "bind a role of its own that lists what is needed",
  severity: "critical",
  frameworks: [cisKubernetes("Ensure that the cluster-admin role is only used where required")],
  config,
  check: (subject, report, { refusedRoles, refusedForPods }) => {
    if (!isKind(subject, ...bindingKinds)) return;
    const role = textAt(subject.props, "roleRef", "name") ?? "";
    if (textAt(subject.props, "roleRef", "kind") === "Role") return;
    const isWide = subject.kind.startsWith("Cluster") || isForPods(subject.props);
    if (matchesAny(refusedRoles, role) || (isWide && matchesAny(refusedForPods, role))) {
      report(`binds to ${role}`);
    }
  },
});
