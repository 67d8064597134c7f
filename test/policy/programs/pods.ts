import { clusterObject } from "../access/objects.ts";
import {
  container,
  containerWith,
  objectOf,
  podOf,
  podWith,
  secured,
  securedPod,
} from "../kit/workloads.ts";
import { beside, shop, type Programs } from "./program.ts";

const inContainer = (changes: object) => shop(containerWith(secured({ ...changes })));
const inPod = (changes: object) => shop(podWith(securedPod({ ...changes })));

/** A pod with one more volume, which its container mounts to read. */
function mounting(volume: object) {
  const mount = { name: "node", mountPath: "/node", readOnly: true };
  return shop(
    podWith({
      containers: [container({ volumeMounts: [mount] })],
      volumes: [{ name: "node", ...volume }],
    }),
  );
}

const probe = { httpGet: { path: "/health", port: "http", host: "169.254.169.254" } };
const bundle = { type: "kubernetes:yaml:ConfigGroup", name: "dashboards", props: {} };
const volume = {
  capacity: { storage: "1Gi" },
  accessModes: ["ReadWriteOnce"],
  persistentVolumeReclaimPolicy: "Retain",
  hostPath: { path: "/srv/data" },
};

export const programs: Programs = {
  "run-as-non-root": inPod({ runAsNonRoot: undefined }),
  "numeric-user": inPod({ runAsUser: 1000 }),
  "read-only-root": inContainer({ readOnlyRootFilesystem: undefined }),
  "no-privilege-escalation": inContainer({ allowPrivilegeEscalation: undefined }),
  "drop-capabilities": inContainer({ capabilities: { drop: ["ALL"], add: ["SYS_ADMIN"] } }),
  seccomp: inPod({ seccompProfile: undefined }),
  apparmor: inContainer({ appArmorProfile: { type: "Unconfined" } }),
  selinux: inContainer({ seLinuxOptions: { type: "spc_t" } }),
  "no-privileged": inContainer({ privileged: true }),
  "masked-proc": inContainer({ procMount: "Unmasked" }),
  "safe-sysctls": inPod({ sysctls: [{ name: "kernel.msgmax", value: "65536" }] }),
  "no-host-namespaces": shop(podWith({ hostPID: true })),
  "user-namespaces": shop(podOf("worker")),
  "no-host-ports": shop(
    containerWith({ ports: [{ name: "http", containerPort: 8080, hostPort: 8080 }] }),
  ),
  "probe-hosts": shop(containerWith({ livenessProbe: { ...probe, timeoutSeconds: 5 } })),
  "host-paths": mounting({ hostPath: { path: "/etc" } }),
  "host-volumes": beside(clusterObject("PersistentVolume", { spec: volume }, { name: "data" })),
  "volume-types": mounting({ nfs: { server: "files.example.com", path: "/" } }),
  "service-account-token": shop(podWith({ automountServiceAccountToken: undefined })),
  "own-service-account": shop(podWith({ serviceAccountName: undefined })),
  "tokens-on-request": beside(objectOf("ServiceAccount", {}, { name: "helper" })),
  "visible-manifests": beside(bundle),
};
