import * as k8s from "@pulumi/kubernetes";
import { onCluster } from "./support/cluster.ts";
import { metadata } from "./support/namespace.ts";
import { shop } from "./support/shop.ts";

shop();
new k8s.core.v1.ConfigMap(
  "settings",
  { metadata: metadata("settings"), data: { "app.yaml": "database:\n  password: hunter2\n" } },
  onCluster,
);
