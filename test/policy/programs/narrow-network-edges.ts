import * as k8s from "@pulumi/kubernetes";
import { onCluster } from "./support/cluster.ts";
import { metadata } from "./support/namespace.ts";
import { shop } from "./support/shop.ts";
import { selector } from "./support/workload.ts";

shop();
new k8s.networking.v1.NetworkPolicy(
  "cart-clients",
  {
    metadata: metadata("cart-clients"),
    spec: {
      podSelector: selector,
      policyTypes: ["Ingress"],
      ingress: [
        { from: [{ podSelector: { matchLabels: { "app.kubernetes.io/name": "checkout" } } }] },
      ],
    },
  },
  onCluster,
);
