import { podSecurityRestricted } from "../../kit/frameworks.ts";
import { containerRule } from "../../kit/pod-rule.ts";
import type { Container, Pod } from "../../kit/pods.ts";
import { ownContext } from "../../kit/security-context.ts";

function isUnmasked(of: Container | Pod): boolean {
  return (ownContext(of, "procMount") ?? "Default") !== "Default";
}

export const maskedProc = containerRule({
  name: "masked-proc",
  title: "Containers see /proc as the runtime masks it",
  why: "The unmasked /proc tells of the kernel and of its keys, and lets a container write to some of it.",
  fix: "remove securityContext.procMount, or set it to Default",
  severity: "high",
  frameworks: [podSecurityRestricted("/proc Mount Type")],
  pod: {
    check: (pod, report) => {
      if (isUnmasked(pod)) report("sees /proc unmasked");
    },
  },
  check: (container, report) => {
    if (isUnmasked(container)) report("sees /proc unmasked");
  },
});
