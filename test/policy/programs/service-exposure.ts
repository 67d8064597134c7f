import * as k8s from "@pulumi/kubernetes";
import { onCluster } from "./support/cluster.ts";
import { metadata } from "./support/namespace.ts";
import { shop } from "./support/shop.ts";
import { selector } from "./support/workload.ts";

shop();
new k8s.core.v1.Service(
  "cart",
  {
    metadata: metadata("cart"),
    spec: {
      type: "LoadBalancer",
      selector: selector.matchLabels,
      ports: [{ name: "http", port: 80, targetPort: "http" }],
    },
  },
  onCluster,
);
