import * as k8s from "@pulumi/kubernetes";
import { onCluster } from "./support/cluster.ts";
import { metadata } from "./support/namespace.ts";
import { shop } from "./support/shop.ts";

shop();
const annotations = { "kubernetes.io/service-account.name": "cart" };
new k8s.core.v1.Secret(
  "cart-token",
  {
    metadata: metadata("cart-token", { annotations }),
    type: "kubernetes.io/service-account-token",
  },
  onCluster,
);
