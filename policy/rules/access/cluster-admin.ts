import { cisKubernetes } from "../../kit/frameworks.ts";
import { listAt, textAt } from "../../kit/json.ts";
import { matchesAny } from "../../kit/pattern.ts";
import { resourceRule } from "../../kit/resource-rule.ts";
import { isKind } from "../../kit/subject.ts";
import { bindingKinds } from "./rbac.ts";

/** That of administrators, and those of the cluster's own parts. */
const refused = [
  "cluster-admin",
  "system:controller:*",
  "system:kube-controller-manager",
  "system:kube-scheduler",
  "system:node",
];
/** People may have these in a namespace, and neither a ServiceAccount nor anybody in all: they read Secrets and run pods. */
const refusedForPods = ["admin", "edit"];

export const clusterAdmin = resourceRule({
  name: "cluster-admin",
  title: "Nobody is bound to cluster-admin, or to a built-in role that leads there",
  why: "Whoever gets into a pod with it owns the cluster, its nodes and every Secret.",
  fix: "bind a role of its own that lists what is needed",
  severity: "critical",
  frameworks: [cisKubernetes("Ensure that the cluster-admin role is only used where required")],
  check: (subject, report) => {
    if (!isKind(subject, ...bindingKinds)) return;
    const { kind, props } = subject;
    const role = textAt(props, "roleRef", "name") ?? "";
    if (textAt(props, "roleRef", "kind") === "Role") return;
    const isWide =
      kind.startsWith("Cluster") ||
      listAt(props, "subjects").some((holder) => textAt(holder, "kind") === "ServiceAccount");
    if (matchesAny(refused, role) || (isWide && refusedForPods.includes(role))) {
      report(`binds to ${role}`);
    }
  },
});
