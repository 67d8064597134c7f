import * as k8s from "@pulumi/kubernetes";
import { onCluster } from "./support/cluster.ts";
import { guardedNamespace, metadata } from "./support/namespace.ts";

const resources = [{ name: "nvidia.com/gpu", replicas: 4 }];
const sharing = { timeSlicing: { failRequestsGreaterThanOne: false, resources } };

guardedNamespace();
new k8s.core.v1.ConfigMap(
  "device-plugin",
  {
    metadata: metadata("device-plugin"),
    data: { "config.json": JSON.stringify({ version: "v1", sharing }) },
  },
  onCluster,
);
