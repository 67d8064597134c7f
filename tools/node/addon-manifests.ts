import { dnsClusterIp, inside } from "./addresses.ts";
import {
  account,
  bound,
  clusterWide,
  deployed,
  granted,
  named,
  namespace,
  rbac,
  read,
  type Manifest,
} from "./manifests.ts";

/** Images of the add-ons by their names under images/. */
export type AddonImages = Readonly<
  Record<"coredns" | "metrics-server" | "local-path-provisioner" | "local-path-helper", string>
>;

export function calico(): Manifest[] {
  const user = { kind: "User", apiGroup: rbac, name: "calico" };
  return [
    ...granted("calico", user, [
      {
        apiGroups: [""],
        resources: ["pods", "nodes", "namespaces", "services", "endpoints", "serviceaccounts"],
        verbs: read,
      },
      { apiGroups: [""], resources: ["pods/status", "nodes/status"], verbs: ["patch", "update"] },
      { apiGroups: [""], resources: ["configmaps"], verbs: ["get"] },
      { apiGroups: ["discovery.k8s.io"], resources: ["endpointslices"], verbs: read },
      { apiGroups: ["networking.k8s.io"], resources: ["networkpolicies"], verbs: read },
      {
        apiGroups: ["policy.networking.k8s.io"],
        resources: ["adminnetworkpolicies", "baselineadminnetworkpolicies"],
        verbs: read,
      },
      {
        apiGroups: ["crd.projectcalico.org"],
        resources: ["*"],
        verbs: [...read, "create", "update", "patch"],
      },
    ]),
    {
      apiVersion: "crd.projectcalico.org/v1",
      kind: "ClusterInformation",
      metadata: { name: "default" },
      spec: { datastoreReady: true, clusterType: "k8s" },
    },
  ];
}

/** How NetworkPolicies name the DNS pods: an unprivileged port, because they run without capabilities. */
export const nameServer = { labels: { "app.kubernetes.io/name": "coredns" }, port: 1053 } as const;

const corefile = `.:${nameServer.port} {
  errors
  health :8080
  ready :8181
  kubernetes cluster.local in-addr.arpa ip6.arpa {
    pods insecure
    ttl 30
  }
  prometheus :9153
  cache 30
  loop
  reload
}
`;

export function coredns(image: string): Manifest[] {
  const config = { name: "config", configMap: { name: "coredns" } };
  return [
    ...granted("system:coredns", account("coredns"), [
      { apiGroups: [""], resources: ["endpoints", "services", "pods", "namespaces"], verbs: read },
      { apiGroups: ["discovery.k8s.io"], resources: ["endpointslices"], verbs: read },
    ]),
    { ...named("v1", "ConfigMap", "coredns"), data: { Corefile: corefile } },
    ...deployed({
      name: "coredns",
      image,
      args: ["-conf", "/etc/coredns/Corefile"],
      ports: [
        { name: "dns", containerPort: nameServer.port, protocol: "UDP" },
        { name: "dns-tcp", containerPort: nameServer.port },
      ],
      probe: { path: "/ready", port: 8181 },
      volumes: [{ name: "config", mountPath: "/etc/coredns", source: config }],
    }),
    {
      ...named("v1", "Service", "kube-dns"),
      metadata: { name: "kube-dns", namespace, labels: { "k8s-app": "kube-dns" } },
      spec: {
        clusterIP: dnsClusterIp,
        selector: nameServer.labels,
        ports: [
          { name: "dns", port: 53, targetPort: nameServer.port, protocol: "UDP" },
          { name: "dns-tcp", port: 53, targetPort: nameServer.port, protocol: "TCP" },
        ],
      },
    },
  ];
}

export function metricsServer(image: string): Manifest[] {
  const name = "metrics-server";
  const group = { group: "metrics.k8s.io", version: "v1beta1" };
  return [
    ...granted(`system:${name}`, account(name), [
      { apiGroups: [""], resources: ["nodes/metrics"], verbs: ["get"] },
      { apiGroups: [""], resources: ["pods", "nodes"], verbs: read },
    ]),
    bound(`${name}:auth-delegator`, account(name), "system:auth-delegator"),
    {
      ...named(`${rbac}/v1`, "RoleBinding", `${name}-auth-reader`),
      roleRef: { apiGroup: rbac, kind: "Role", name: "extension-apiserver-authentication-reader" },
      subjects: [account(name)],
    },
    ...deployed({
      name,
      image,
      args: [
        "--secure-port=10250",
        "--cert-dir=/tmp",
        "--kubelet-preferred-address-types=InternalIP",
        // The kubelet's certificate is signed by the node's own authority, which pods do not know.
        "--kubelet-insecure-tls",
        "--metric-resolution=15s",
      ],
      ports: [{ name: "https", containerPort: 10250 }],
      probe: { path: "/readyz", port: 10250, scheme: "HTTPS" },
      volumes: [{ name: "tmp", mountPath: "/tmp", source: { emptyDir: {} } }],
    }),
    {
      ...named("v1", "Service", name),
      spec: {
        selector: { "app.kubernetes.io/name": name },
        ports: [{ name: "https", port: 443, targetPort: 10250 }],
      },
    },
    {
      ...clusterWide("apiregistration.k8s.io/v1", "APIService", "v1beta1.metrics.k8s.io"),
      spec: {
        ...group,
        groupPriorityMinimum: 100,
        versionPriority: 100,
        insecureSkipTLSVerify: true,
        service: { name, namespace },
      },
    },
  ];
}

export function localPath(images: AddonImages): Manifest[] {
  const name = "local-path-provisioner";
  const config = { configMap: { name } };
  return [
    ...granted(name, account(name), [
      {
        apiGroups: [""],
        resources: ["nodes", "persistentvolumeclaims", "configmaps", "pods", "pods/log"],
        verbs: read,
      },
      {
        apiGroups: [""],
        resources: ["persistentvolumes"],
        verbs: [...read, "create", "patch", "update", "delete"],
      },
      { apiGroups: [""], resources: ["pods"], verbs: ["create", "delete"] },
      { apiGroups: [""], resources: ["events"], verbs: ["create", "patch"] },
      { apiGroups: ["storage.k8s.io"], resources: ["storageclasses"], verbs: read },
    ]),
    { ...named("v1", "ConfigMap", name), data: localPathConfig(images["local-path-helper"]) },
    ...deployed({
      name,
      image: images["local-path-provisioner"],
      args: [
        "start",
        "--config=/etc/config/config.json",
        `--configmap-name=${name}`,
        `--helper-image=${images["local-path-helper"]}`,
        `--service-account-name=${name}`,
        "--provisioner-name=framewright.dev/local-path",
      ],
      env: [
        { name: "POD_NAMESPACE", value: namespace },
        { name: "CONFIG_MOUNT_PATH", value: "/etc/config/" },
      ],
      volumes: [{ name: "config", mountPath: "/etc/config", source: config }],
    }),
    {
      apiVersion: "storage.k8s.io/v1",
      kind: "StorageClass",
      metadata: {
        name: "local-path",
        annotations: { "storageclass.kubernetes.io/is-default-class": "true" },
      },
      provisioner: "framewright.dev/local-path",
      volumeBindingMode: "WaitForFirstConsumer",
      reclaimPolicy: "Delete",
    },
  ];
}

function localPathConfig(helperImage: string): Record<string, string> {
  const pod = {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "helper-pod" },
    spec: {
      priorityClassName: "system-node-critical",
      containers: [
        {
          name: "helper-pod",
          image: helperImage,
          imagePullPolicy: "IfNotPresent",
          securityContext: { runAsUser: 0 },
        },
      ],
    },
  };
  return {
    "config.json": JSON.stringify({
      nodePathMap: [{ node: "DEFAULT_PATH_FOR_NON_LISTED_NODES", paths: [`${inside}/volumes`] }],
    }),
    setup: '#!/bin/sh\nset -eu\nmkdir -m 0777 -p "$VOL_DIR"\n',
    teardown: '#!/bin/sh\nset -eu\nrm -rf "$VOL_DIR"\n',
    "helperPod.yaml": JSON.stringify(pod),
  };
}
