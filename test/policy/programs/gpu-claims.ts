import * as k8s from "@pulumi/kubernetes";
import { onCluster } from "./support/cluster.ts";
import { metadata } from "./support/namespace.ts";
import { shop } from "./support/shop.ts";

shop();
new k8s.resource.v1.ResourceClaimTemplate(
  "gpu",
  {
    metadata: metadata("gpu"),
    spec: {
      spec: {
        devices: { requests: [{ name: "gpu", exactly: { deviceClassName: "gpu.nvidia.com" } }] },
      },
    },
  },
  onCluster,
);
