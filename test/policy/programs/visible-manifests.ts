import * as k8s from "@pulumi/kubernetes";
import { onCluster } from "./support/cluster.ts";
import { metadata } from "./support/namespace.ts";
import { shop } from "./support/shop.ts";

shop();
const dashboard = {
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: metadata("dashboard"),
  data: {},
};
new k8s.yaml.ConfigGroup("dashboards", { objs: [dashboard] }, onCluster);
