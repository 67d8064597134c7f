import * as k8s from "@pulumi/kubernetes";
import { onCluster } from "./support/cluster.ts";
import { metadata } from "./support/namespace.ts";
import { shop } from "./support/shop.ts";

shop();
new k8s.rbac.v1.Role(
  "cart",
  {
    metadata: metadata("cart"),
    rules: [{ apiGroups: [""], resources: ["configmaps"], verbs: ["*"] }],
  },
  onCluster,
);
