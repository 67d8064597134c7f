import { nsaCisa, podSecurityBaseline, podSecurityRestricted } from "../../kit/frameworks.ts";
import { keysAt, listAt, textAt } from "../../kit/json.ts";
import { podRule } from "../../kit/pod-rule.ts";
import { contextRule, ownContext } from "./context-rule.ts";

export const noPrivileged = contextRule({
  name: "no-privileged",
  title: "No container is privileged",
  why: "A privileged container sees all devices of its node and may do there what root may: it is the node.",
  fix: "remove securityContext.privileged, and give the container the one thing that it needs instead",
  severity: "critical",
  frameworks: [podSecurityBaseline("Privileged Containers")],
  field: "privileged",
  wrong: (said) => (said === false ? undefined : "is privileged"),
});

export const noPrivilegeEscalation = contextRule({
  name: "no-privilege-escalation",
  title: "No process of a container gets more rights than the one that started it",
  why: "A program with the setuid bit, which most images have, makes root of whoever gets in.",
  fix: "set securityContext.allowPrivilegeEscalation to false for each container",
  severity: "high",
  frameworks: [podSecurityRestricted("Privilege Escalation")],
  field: "allowPrivilegeEscalation",
  wrong: (said) => (said === false ? undefined : "may get more rights than it starts with"),
  unsaid: "may get more rights than it starts with",
});

export const dropCapabilities = contextRule({
  name: "drop-capabilities",
  title: "Containers have none of the rights that make up root",
  why: "A container has fourteen capabilities of root if nobody takes them away, and none of them is needed by a usual program.",
  fix: 'set securityContext.capabilities to { drop: ["ALL"] } for each container, with nothing in add',
  severity: "high",
  frameworks: [podSecurityRestricted("Capabilities")],
  field: "capabilities",
  wrong: (said) => {
    if (!listAt(said, "drop").includes("ALL")) return "keeps capabilities of root";
    const added = listAt(said, "add");
    return added.length === 0 ? undefined : `adds ${added.map(String).join(", ")}`;
  },
  unsaid: "keeps capabilities of root",
});

export const readOnlyRoot = contextRule({
  name: "read-only-root",
  title: "Containers can't write to their root filesystem",
  why: "Whoever gets into a container that can write to its own programs stays there, and fills the disk of the node.",
  fix: "set securityContext.readOnlyRootFilesystem to true, and mount an emptyDir where it has to write",
  severity: "high",
  frameworks: [nsaCisa("Immutable container file systems")],
  field: "readOnlyRootFilesystem",
  wrong: (said) => (said === true ? undefined : "can write to its root filesystem"),
  unsaid: "can write to its root filesystem",
});

export const maskedProc = contextRule({
  name: "masked-proc",
  title: "Containers see /proc as the runtime masks it",
  why: "The unmasked /proc shows the kernel and its keys, and lets a container write to some of it.",
  fix: "remove securityContext.procMount, or set it to Default",
  severity: "high",
  frameworks: [podSecurityRestricted("/proc Mount Type")],
  field: "procMount",
  wrong: (said) => (said === "Default" ? undefined : "sees /proc unmasked"),
});

function wrongProfile(what: string) {
  return (said: unknown) => {
    const type = textAt(said, "type") ?? "no type";
    const isRight = type === "RuntimeDefault" || type === "Localhost";
    return isRight ? undefined : `has ${type} as ${what} profile`;
  };
}

export const seccomp = contextRule({
  name: "seccomp",
  title: "Containers make only the system calls that programs need",
  why: "Most ways out of a container go through rare system calls, which the runtime's own profile refuses.",
  fix: 'set securityContext.seccompProfile to { type: "RuntimeDefault" } for the pod, and nothing else for its containers',
  severity: "medium",
  frameworks: [podSecurityRestricted("Seccomp"), nsaCisa("Hardening container environments")],
  field: "seccompProfile",
  isInherited: true,
  wrong: wrongProfile("seccomp"),
  unsaid: "has no seccomp profile",
});

/** How profiles were chosen before there was a field for it. */
const appArmorAnnotation = "container.apparmor.security.beta.kubernetes.io/";

export const apparmor = contextRule({
  name: "apparmor",
  title: "No pod switches off the AppArmor profile of its containers",
  why: "On nodes with AppArmor the runtime's profile keeps containers away from mounts and from the kernel's own files.",
  fix: "remove appArmorProfile and the AppArmor annotations, or choose RuntimeDefault or Localhost",
  severity: "high",
  frameworks: [podSecurityBaseline("AppArmor"), nsaCisa("Pod security enforcement: AppArmor")],
  field: "appArmorProfile",
  isInherited: true,
  wrong: wrongProfile("AppArmor"),
  checkPod: (pod, report) => {
    const keys = keysAt(pod.metadata, "annotations");
    const old = keys.filter((key) => key.startsWith(appArmorAnnotation));
    report(...old.map((key) => `chooses an AppArmor profile by the annotation ${key}`));
  },
});

/** As k8s.io/pod-security-admission v0.35 has them in check_seLinuxOptions.go. */
const types = ["", "container_t", "container_init_t", "container_kvm_t", "container_engine_t"];

export const selinux = contextRule({
  name: "selinux",
  title: "No pod takes another SELinux user, role or type than containers have",
  why: "Another type than that of containers, like spc_t, has no limits on nodes with SELinux.",
  fix: "remove user, role and type from securityContext.seLinuxOptions; level may stay",
  severity: "high",
  frameworks: [podSecurityBaseline("SELinux"), nsaCisa("Pod security enforcement: seLinux")],
  field: "seLinuxOptions",
  isInherited: true,
  wrong: (said) => {
    const type = textAt(said, "type") ?? "";
    const set = ["user", "role"].filter((key) => (textAt(said, key) ?? "") !== "");
    const all = types.includes(type) ? set : [`the type ${type}`, ...set];
    return all.length === 0 ? undefined : `chooses SELinux options: ${all.join(", ")}`;
  },
});

/** As k8s.io/pod-security-admission v0.35 has them in check_sysctls.go. */
const safe = [
  ...["kernel.shm_rmid_forced", "net.ipv4.ip_local_port_range", "net.ipv4.ip_local_reserved_ports"],
  ...["net.ipv4.ip_unprivileged_port_start", "net.ipv4.ping_group_range"],
  ...["fin_timeout", "keepalive_intvl", "keepalive_probes", "keepalive_time"].map(tcp),
  ...["rmem", "syncookies", "wmem"].map(tcp),
];

function tcp(name: string): string {
  return `net.ipv4.tcp_${name}`;
}

export const safeSysctls = podRule({
  name: "safe-sysctls",
  title: "Pods set only kernel parameters that are their own",
  why: "A kernel parameter that is not kept apart for each pod changes the whole node, for all who run there.",
  fix: "remove the parameter from securityContext.sysctls, or set it on the nodes that need it",
  severity: "high",
  frameworks: [podSecurityBaseline("Sysctls")],
  check: (pod, report) => {
    const names = listAt(ownContext(pod, "sysctls")).map((one) => textAt(one, "name") ?? "");
    const unsafe = names.filter((name) => !safe.includes(name));
    if (unsafe.length > 0) report(`sets ${unsafe.join(", ")} for its node`);
  },
});
