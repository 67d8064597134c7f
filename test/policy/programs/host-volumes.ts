import * as k8s from "@pulumi/kubernetes";
import { onCluster } from "./support/cluster.ts";
import { labels } from "./support/namespace.ts";
import { shop } from "./support/shop.ts";

shop();
new k8s.core.v1.PersistentVolume(
  "data",
  {
    metadata: { name: "data", labels },
    spec: {
      capacity: { storage: "1Gi" },
      accessModes: ["ReadWriteOnce"],
      persistentVolumeReclaimPolicy: "Retain",
      hostPath: { path: "/srv/data" },
    },
  },
  onCluster,
);
