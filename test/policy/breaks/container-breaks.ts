import type { Fields, RandomContainer, Role } from "../kit/random-workload.ts";
import type { Break } from "./break.ts";

/** Breaks one container, in place. */
export interface ContainerBreak extends Break {
  /** All unless it says otherwise. */
  readonly which?: (role: Role, kind: string) => boolean;
  readonly change: (container: RandomContainer) => void;
}

function context(changes: Fields) {
  return (container: RandomContainer) => {
    Object.assign(container.securityContext, changes);
  };
}

function hasResources(role: Role): boolean {
  return role !== "ephemeral container";
}

function isLongRunning(role: Role, kind: string): boolean {
  return role === "sidecar" || (role === "container" && !["Job", "CronJob"].includes(kind));
}

export const containerBreaks: readonly ContainerBreak[] = [
  {
    rule: "run-as-non-root",
    what: "says that it may be root",
    change: context({ runAsNonRoot: false }),
    says: "may run as root",
  },
  {
    rule: "numeric-user",
    what: "is a user of the node",
    change: context({ runAsUser: 33 }),
    says: "has 33 as runAsUser",
  },
  {
    rule: "numeric-user",
    what: "is in root's group",
    change: context({ runAsGroup: 0 }),
    says: "has 0 as runAsGroup",
  },
  {
    rule: "read-only-root",
    what: "says nothing of its root filesystem",
    change: context({ readOnlyRootFilesystem: undefined }),
    says: "can write to its root filesystem",
  },
  {
    rule: "no-privilege-escalation",
    what: "says nothing of escalation",
    change: context({ allowPrivilegeEscalation: undefined }),
    says: "may get more rights than it starts with",
  },
  {
    rule: "drop-capabilities",
    what: "keeps its capabilities",
    change: context({ capabilities: undefined }),
    says: "keeps capabilities of root",
  },
  {
    rule: "drop-capabilities",
    what: "adds one",
    change: context({ capabilities: { drop: ["ALL"], add: ["NET_ADMIN"] } }),
    says: "adds NET_ADMIN",
  },
  {
    rule: "seccomp",
    what: "lets go of seccomp",
    change: context({ seccompProfile: { type: "Unconfined" } }),
    says: "has Unconfined as seccomp profile",
  },
  {
    rule: "apparmor",
    what: "lets go of AppArmor",
    change: context({ appArmorProfile: { type: "Unconfined" } }),
    says: "has Unconfined as AppArmor profile",
  },
  {
    rule: "selinux",
    what: "takes another SELinux type",
    change: context({ seLinuxOptions: { type: "spc_t" } }),
    says: "chooses SELinux options",
  },
  {
    rule: "no-privileged",
    what: "is privileged",
    change: context({ privileged: true }),
    says: "is privileged",
  },
  {
    rule: "masked-proc",
    what: "sees all of /proc",
    change: context({ procMount: "Unmasked" }),
    says: "sees /proc unmasked",
  },
  {
    rule: "no-host-namespaces",
    what: "is a process of its Windows node",
    change: context({ windowsOptions: { hostProcess: true } }),
    says: "runs as a process of its Windows node",
  },
  {
    rule: "no-host-ports",
    what: "takes a port of its node",
    change: ({ ports }) => ports.push({ containerPort: 7000, hostPort: 7000 }),
    says: "listens on port 7000 of its node",
  },
  {
    rule: "probe-hosts",
    what: "calls another host when it starts",
    change: (container) => {
      container["lifecycle"] = { postStart: { httpGet: { port: 80, host: "10.0.0.1" } } };
    },
    says: "has lifecycle.postStart.httpGet call 10.0.0.1",
  },
  {
    rule: "pinned-image",
    what: "has a tag that moves",
    change: (container) => {
      container["image"] = "registry.k8s.io/shop/cart:latest";
    },
    says: "latest",
  },
  {
    rule: "allowed-registries",
    what: "has an image from anywhere",
    change: (container) => {
      container["image"] = "registry.example.org/shop/cart:1.4.2";
    },
    says: "which is from none of",
  },
  {
    rule: "retired-images",
    what: "has an image that nobody maintains",
    change: (container) => {
      container["image"] = "docker.io/bitnami/redis:7.4.2";
    },
    says: "bitnami",
    also: ["allowed-registries"],
  },
  {
    rule: "secret-environment",
    what: "has a secret in its environment",
    change: ({ env }) => env.push({ name: "ADMIN_PASSWORD", value: "correct-horse-battery" }),
    says: "ADMIN_PASSWORD",
  },
  {
    rule: "resource-limits",
    what: "has no limit of memory",
    which: hasResources,
    change: ({ resources }) => Reflect.deleteProperty(resources.limits, "memory"),
    says: "memory",
  },
  {
    rule: "cpu-limits",
    what: "has no limit of CPU",
    which: hasResources,
    change: ({ resources }) => Reflect.deleteProperty(resources.limits, "cpu"),
    says: "cpu",
  },
  {
    rule: "resource-requests",
    what: "asks for no memory",
    which: hasResources,
    change: ({ resources }) => Reflect.deleteProperty(resources.requests, "memory"),
    says: "memory",
  },
  {
    rule: "resource-ratio",
    what: "may take much more memory than it asks for",
    which: hasResources,
    change: ({ resources }) => {
      resources.limits["memory"] = "64Gi";
    },
    says: "times the memory that it asks for",
  },
  {
    rule: "probes",
    what: "has no readiness probe",
    which: isLongRunning,
    change: (container) => Reflect.deleteProperty(container, "readinessProbe"),
    says: "has no readinessProbe",
  },
  {
    rule: "startup-probe",
    what: "has no startup probe",
    which: isLongRunning,
    change: (container) => Reflect.deleteProperty(container, "startupProbe"),
    says: "has a liveness probe and no startup probe",
  },
  {
    rule: "probe-timing",
    what: "is killed by one failed probe",
    which: isLongRunning,
    change: (container) => {
      const often = { exec: { command: ["true"] }, periodSeconds: 60, failureThreshold: 1 };
      container["livenessProbe"] = often;
    },
    says: "liveness",
  },
  {
    rule: "graceful-termination",
    what: "waits longer than its pod may",
    which: isLongRunning,
    change: (container) => {
      container["lifecycle"] = { preStop: { sleep: { seconds: 1000 } } };
    },
    says: "waits 1000 s in preStop",
  },
];
