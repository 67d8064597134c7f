import { nsaCisa, podSecurityBaseline, podSecurityRestricted } from "../../kit/frameworks.ts";
import { listAt } from "../../kit/json.ts";
import { contextRule } from "./context-rule.ts";

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
  right: () => false,
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
  right: () => ({ drop: ["ALL"] }),
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
  right: () => true,
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
