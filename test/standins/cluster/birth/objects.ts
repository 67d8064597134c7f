import type { JsonObject } from "../../../../tools/plugins/kit/json.ts";

/** An object and the path of its collection. */
export interface Newborn {
  readonly collection: string;
  readonly object: JsonObject;
}

const system = "kube-system";

export function storageClass(
  name: string,
  provisioner: string,
  more: JsonObject & { parameters: JsonObject },
): Newborn {
  return {
    collection: "/apis/storage.k8s.io/v1/storageclasses",
    object: {
      apiVersion: "storage.k8s.io/v1",
      kind: "StorageClass",
      metadata: { name },
      provisioner,
      reclaimPolicy: "Delete",
      volumeBindingMode: "WaitForFirstConsumer",
      ...more,
    },
  };
}

export function configMap(name: string, data: JsonObject): Newborn {
  return {
    collection: `/api/v1/namespaces/${system}/configmaps`,
    object: { apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace: system }, data },
  };
}

/** The name server of a cluster: both clouds label its pods and its Service alike. */
export function nameServer(name: string, replicas: number): Newborn[] {
  const labels = { "k8s-app": "kube-dns" };
  const ports = ["UDP", "TCP"].map((protocol) => ({
    name: protocol === "UDP" ? "dns" : "dns-tcp",
    port: 53,
    targetPort: 53,
    protocol,
  }));
  const container = {
    name: "dns",
    image: "simulated.invalid/dns:1",
    resources: {
      requests: { cpu: "100m", memory: "70Mi" },
      limits: { memory: "170Mi" },
    },
  };
  const tolerations = [{ key: "CriticalAddonsOnly", operator: "Exists" }];
  const template = {
    metadata: { labels },
    spec: { priorityClassName: "system-cluster-critical", tolerations, containers: [container] },
  };
  return [
    {
      collection: `/apis/apps/v1/namespaces/${system}/deployments`,
      object: {
        apiVersion: "apps/v1",
        kind: "Deployment",
        metadata: { name, namespace: system, labels },
        spec: { replicas, selector: { matchLabels: labels }, template },
      },
    },
    {
      collection: `/api/v1/namespaces/${system}/services`,
      object: {
        apiVersion: "v1",
        kind: "Service",
        metadata: { name: "kube-dns", namespace: system, labels },
        spec: { selector: labels, ports, clusterIP: "10.97.0.10" },
      },
    },
  ];
}
