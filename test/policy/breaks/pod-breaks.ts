import type { Fields, RandomSpec } from "../kit/random-workload.ts";
import type { Break } from "./break.ts";

/** Breaks what a pod says itself, in place. */
export interface PodBreak extends Break {
  /** All kinds unless it says otherwise. */
  readonly kinds?: readonly string[];
  readonly change: (spec: RandomSpec) => void;
}

function pod(changes: Fields) {
  return (spec: RandomSpec) => {
    Object.assign(spec, changes);
  };
}

function podContext(changes: Fields) {
  return ({ securityContext }: RandomSpec) => {
    Object.assign(securityContext, changes);
  };
}

function volume(fields: Fields) {
  return ({ volumes }: RandomSpec) => {
    volumes.push({ name: "more", ...fields });
  };
}

const replicated = ["Deployment", "StatefulSet"];

export const podBreaks: readonly PodBreak[] = [
  {
    rule: "run-as-non-root",
    what: "lets its containers be root",
    change: podContext({ runAsNonRoot: false }),
    says: "may run as root",
  },
  {
    rule: "numeric-user",
    what: "gives its files to root's group",
    change: podContext({ fsGroup: 0 }),
    says: "puts its containers into group 0",
  },
  {
    rule: "seccomp",
    what: "lets go of seccomp",
    change: podContext({ seccompProfile: { type: "Unconfined" } }),
    says: "has Unconfined as seccomp profile",
  },
  {
    rule: "apparmor",
    what: "lets go of AppArmor",
    change: podContext({ appArmorProfile: { type: "Unconfined" } }),
    says: "has Unconfined as AppArmor profile",
  },
  {
    rule: "selinux",
    what: "takes a SELinux user",
    change: podContext({ seLinuxOptions: { user: "system_u" } }),
    says: "chooses SELinux options: user",
  },
  {
    rule: "safe-sysctls",
    what: "sets a kernel parameter of its node",
    change: podContext({ sysctls: [{ name: "kernel.msgmax", value: "1" }] }),
    says: "sets kernel.msgmax for its node",
  },
  {
    rule: "no-host-namespaces",
    what: "is on its node's network",
    change: pod({ hostNetwork: true }),
    says: "shares the network of its node",
  },
  {
    rule: "separate-processes",
    what: "shares its processes",
    change: pod({ shareProcessNamespace: true }),
    says: "lets its containers see each other's processes",
  },
  {
    rule: "host-paths",
    what: "mounts a folder of its node",
    change: volume({ hostPath: { path: "/var/run" } }),
    says: "mounts /var/run of its node",
  },
  {
    rule: "volume-types",
    what: "mounts a server's folder",
    change: volume({ nfs: { server: "files", path: "/" } }),
    says: 'mounts the volume "more" of type nfs',
  },
  {
    rule: "empty-dir-limits",
    what: "has a folder in memory without a limit",
    change: volume({ emptyDir: { medium: "Memory" } }),
    says: 'emptyDir "more"',
  },
  {
    rule: "service-account-token",
    what: "mounts a token",
    change: pod({ automountServiceAccountToken: true }),
    says: "mounts a token for the Kubernetes API",
  },
  {
    rule: "service-account-token",
    what: "mounts a token as a volume",
    change: volume({ projected: { sources: [{ serviceAccountToken: { path: "token" } }] } }),
    says: 'mounts a token for the Kubernetes API as the volume "more"',
  },
  {
    rule: "own-service-account",
    what: "runs as the default account",
    change: pod({ serviceAccountName: "default" }),
    says: "runs as the ServiceAccount default",
  },
  {
    rule: "graceful-termination",
    what: "may take an hour to stop",
    change: pod({ terminationGracePeriodSeconds: 3600 }),
    says: "3600",
  },
  {
    rule: "spread",
    what: "may all be on one node",
    kinds: replicated,
    change: pod({ topologySpreadConstraints: undefined }),
    says: "nothing spreads them over",
  },
  {
    rule: "gpu-placement",
    what: "goes to nodes with GPUs for nothing",
    kinds: ["Pod", "Deployment", "StatefulSet", "ReplicaSet", "Job", "CronJob", "Rollout"],
    change: (spec) => {
      Reflect.deleteProperty(spec.containers[0]!.resources.limits, "nvidia.com/gpu");
      spec["tolerations"] = [{ key: "nvidia.com/gpu", operator: "Exists" }];
    },
    says: "tolerates the taint nvidia.com/gpu and asks for no GPU",
  },
];

/** Of pods with a GPU. */
export const gpuBreaks: readonly PodBreak[] = [
  {
    rule: "one-gpu-slice",
    what: "asks for two slices",
    change: (spec) => {
      spec.containers[0]!.resources.limits["nvidia.com/gpu"] = 2;
    },
    says: "asks for 2 of nvidia.com/gpu, where 1 is right",
  },
  {
    rule: "gpu-placement",
    what: "tolerates no nodes with GPUs",
    change: pod({ tolerations: [] }),
    says: "does not tolerate the taint nvidia.com/gpu",
  },
  {
    rule: "gpu-placement",
    what: "does not say on which GPU",
    change: pod({ nodeSelector: {} }),
    says: "does not say on which nodes",
  },
  {
    rule: "gpu-priority",
    what: "has no priority",
    change: pod({ priorityClassName: undefined }),
    says: "asks for a GPU without priorityClassName",
  },
  {
    rule: "nvenc-encoders",
    what: "encodes video where no encoder is",
    change: (spec) => {
      spec["nodeSelector"] = { "framewright.dev/gpu": "a100" };
      spec.containers[0]!.env.push({ name: "WORKER_ACCEL", value: "nvenc" });
    },
    says: "encodes video by NVENC and runs on framewright.dev/gpu=a100",
  },
];
