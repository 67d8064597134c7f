import { Type } from "typebox";
import { cisKubernetes } from "../../kit/frameworks.ts";
import { textAt } from "../../kit/json.ts";
import { eachObject } from "../../kit/objects.ts";
import { resourceRule } from "../../kit/resource-rule.ts";
import { bindingKinds } from "./rbac.ts";

export const clusterAdmin = resourceRule({
  name: "cluster-admin",
  title: "Nobody is bound to cluster-admin",
  why: "Whoever gets into a pod with it owns the cluster, its nodes and every Secret.",
  fix: "bind a role of its own that lists what is needed",
  severity: "critical",
  frameworks: [cisKubernetes("Ensure that the cluster-admin role is only used where required")],
  config: Type.Object({
    refusedRoles: Type.Array(Type.String(), {
      default: ["cluster-admin"],
      description:
        "ClusterRoles that no binding may name. `admin` and `edit` are worth a thought too.",
    }),
  }),
  check: (subject, report, { refusedRoles }) => {
    eachObject(subject, bindingKinds, report, (binding, reportBinding) => {
      const role = textAt(binding, "roleRef", "name") ?? "";
      if (textAt(binding, "roleRef", "kind") !== "Role" && refusedRoles.includes(role)) {
        reportBinding(`binds to ${role}`);
      }
    });
  },
});
