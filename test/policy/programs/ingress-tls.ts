import * as k8s from "@pulumi/kubernetes";
import { onCluster } from "./support/cluster.ts";
import { metadata } from "./support/namespace.ts";
import { shop } from "./support/shop.ts";

shop();
const backend = { service: { name: "cart", port: { name: "http" } } };
new k8s.networking.v1.Ingress(
  "cart",
  {
    metadata: metadata("cart"),
    spec: {
      rules: [
        {
          host: "shop.example.com",
          http: { paths: [{ path: "/", pathType: "Prefix", backend }] },
        },
      ],
    },
  },
  onCluster,
);
