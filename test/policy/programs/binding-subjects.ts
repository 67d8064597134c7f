import * as k8s from "@pulumi/kubernetes";
import { onCluster } from "./support/cluster.ts";
import { labels } from "./support/namespace.ts";
import { shop } from "./support/shop.ts";

shop();
new k8s.rbac.v1.ClusterRoleBinding(
  "cart",
  {
    metadata: { name: "cart", labels },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "view" },
    subjects: [
      { kind: "Group", apiGroup: "rbac.authorization.k8s.io", name: "system:authenticated" },
    ],
  },
  onCluster,
);
