import * as k8s from "@pulumi/kubernetes";
import { onCluster } from "./support/cluster.ts";
import { metadata } from "./support/namespace.ts";
import { shop } from "./support/shop.ts";
import { selector } from "./support/workload.ts";

shop();
new k8s.networking.v1.NetworkPolicy(
  "cart-to-payments",
  {
    metadata: metadata("cart-to-payments"),
    spec: {
      podSelector: selector,
      policyTypes: ["Egress"],
      egress: [
        { to: [{ ipBlock: { cidr: "0.0.0.0/0" } }], ports: [{ protocol: "TCP", port: 443 }] },
      ],
    },
  },
  onCluster,
);
