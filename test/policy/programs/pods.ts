import * as k8s from "@pulumi/kubernetes";
import { onCluster } from "./support/cluster.ts";
import { labels, metadata } from "./support/namespace.ts";
import { beside, shopOf, shopWith, withSecurity } from "./support/shop.ts";
import { mounting, podSecurity } from "./support/workload.ts";

const probe = { httpGet: { path: "/health", port: "http", host: "169.254.169.254" } };

export const programs = {
  valid: shopOf(),
  "run-as-non-root": shopOf({ securityContext: { ...podSecurity, runAsNonRoot: undefined } }),
  "numeric-user": shopOf({ securityContext: { ...podSecurity, runAsUser: 1000 } }),
  "read-only-root": withSecurity({ readOnlyRootFilesystem: undefined }),
  "no-privilege-escalation": withSecurity({ allowPrivilegeEscalation: undefined }),
  "drop-capabilities": withSecurity({ capabilities: { drop: ["ALL"], add: ["SYS_ADMIN"] } }),
  seccomp: shopOf({ securityContext: { ...podSecurity, seccompProfile: undefined } }),
  apparmor: withSecurity({ appArmorProfile: { type: "Unconfined" } }),
  selinux: withSecurity({ seLinuxOptions: { type: "spc_t" } }),
  "no-privileged": withSecurity({ privileged: true }),
  "masked-proc": withSecurity({ procMount: "Unmasked" }),
  "safe-sysctls": shopOf({
    securityContext: { ...podSecurity, sysctls: [{ name: "kernel.msgmax", value: "65536" }] },
  }),
  "no-host-namespaces": shopOf({ hostPID: true }),
  "separate-processes": shopOf({ shareProcessNamespace: true }),
  "no-host-ports": shopWith({ ports: [{ name: "http", containerPort: 8080, hostPort: 8080 }] }),
  "probe-hosts": shopWith({ livenessProbe: { ...probe, timeoutSeconds: 5 } }),
  "host-paths": shopOf(mounting({ name: "node", hostPath: { path: "/etc" } })),
  "host-volumes": beside(() => {
    const spec = {
      capacity: { storage: "1Gi" },
      accessModes: ["ReadWriteOnce"],
      persistentVolumeReclaimPolicy: "Retain",
      hostPath: { path: "/srv/data" },
    };
    new k8s.core.v1.PersistentVolume(
      "data",
      { metadata: { name: "data", labels }, spec },
      onCluster,
    );
  }),
  "volume-types": shopOf(
    mounting({ name: "files", nfs: { server: "files.example.com", path: "/" } }),
  ),
  "service-account-token": shopOf({ automountServiceAccountToken: undefined }),
  "own-service-account": shopOf({ serviceAccountName: undefined }),
  "tokens-on-request": beside(
    () => new k8s.core.v1.ServiceAccount("helper", { metadata: metadata("helper") }, onCluster),
  ),
  "visible-manifests": beside(() => {
    const dashboard = { apiVersion: "v1", kind: "ConfigMap", metadata: metadata("dashboard") };
    new k8s.yaml.ConfigGroup("dashboards", { objs: [{ ...dashboard, data: {} }] }, onCluster);
  }),
};
