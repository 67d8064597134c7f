import * as k8s from "@pulumi/kubernetes";
import { onCluster } from "./support/cluster.ts";
import { labels } from "./support/namespace.ts";
import { shop } from "./support/shop.ts";

shop();
new k8s.storage.v1.StorageClass(
  "fast",
  {
    metadata: { name: "fast", labels },
    provisioner: "ebs.csi.aws.com",
    parameters: { type: "gp3" },
    reclaimPolicy: "Retain",
    allowVolumeExpansion: true,
    volumeBindingMode: "WaitForFirstConsumer",
  },
  onCluster,
);
