import * as k8s from "@pulumi/kubernetes";
import { onCluster } from "./support/cluster.ts";
import { namespace } from "./support/namespace.ts";
import { shop } from "./support/shop.ts";

shop();
new k8s.core.v1.ConfigMap("settings", { metadata: { name: "settings", namespace } }, onCluster);
