import * as k8s from "@pulumi/kubernetes";
import { onCluster } from "./support/cluster.ts";
import { labels } from "./support/namespace.ts";

new k8s.storage.v1.StorageClass(
  "fast",
  {
    metadata: { name: "fast", labels },
    provisioner: "ebs.csi.aws.com",
    parameters: { type: "gp3", encrypted: "true" },
    reclaimPolicy: "Delete",
    volumeBindingMode: "WaitForFirstConsumer",
    allowVolumeExpansion: true,
  },
  onCluster,
);
