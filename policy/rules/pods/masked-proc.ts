import { podSecurityRestricted } from "../../kit/frameworks.ts";
import { containerRule } from "../../kit/pod-rule.ts";
import { ownContext } from "../../kit/security-context.ts";

export const maskedProc = containerRule({
  name: "masked-proc",
  title: "Containers see /proc as the runtime masks it",
  why: "The unmasked /proc tells of the kernel and of its keys, and lets a container write to some of it.",
  fix: "remove securityContext.procMount, or set it to Default",
  severity: "high",
  frameworks: [podSecurityRestricted("/proc Mount Type")],
  check: (container, report) => {
    const type = ownContext(container, "procMount") ?? "Default";
    if (type !== "Default") report("sees /proc unmasked");
  },
});
