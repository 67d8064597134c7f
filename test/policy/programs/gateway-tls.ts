import * as k8s from "@pulumi/kubernetes";
import { onCluster } from "./support/cluster.ts";
import { metadata } from "./support/namespace.ts";
import { shop } from "./support/shop.ts";

shop();
new k8s.apiextensions.CustomResource(
  "door",
  {
    apiVersion: "gateway.networking.k8s.io/v1",
    kind: "Gateway",
    metadata: metadata("door"),
    spec: {
      gatewayClassName: "shop",
      listeners: [{ name: "http", port: 80, protocol: "HTTP" }],
    },
  },
  onCluster,
);
