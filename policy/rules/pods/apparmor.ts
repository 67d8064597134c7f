import { nsaCisa, podSecurityBaseline } from "../../kit/frameworks.ts";
import { at, keysAt } from "../../kit/json.ts";
import { containerRule } from "../../kit/pod-rule.ts";
import { runsOnWindows } from "../../kit/pods.ts";
import { profileSettings, wrongProfile } from "../../kit/security-context.ts";

const field = "appArmorProfile";
/** How profiles were chosen before there was a field for it; Kubernetes still obeys. */
const annotation = "container.apparmor.security.beta.kubernetes.io/";

function isAllowedAnnotation(value: unknown): boolean {
  return (
    typeof value === "string" &&
    (value === "" || value === "runtime/default" || value.startsWith("localhost/"))
  );
}

export const apparmor = containerRule({
  name: "apparmor",
  title: "No pod switches off the AppArmor profile of its containers",
  why: "On nodes with AppArmor the runtime's profile keeps containers away from mounts and from the kernel's own files.",
  fix: "remove appArmorProfile and the AppArmor annotations, or choose RuntimeDefault or Localhost",
  severity: "high",
  frameworks: [podSecurityBaseline("AppArmor"), nsaCisa("Pod security enforcement: AppArmor")],
  config: profileSettings,
  pod: {
    check: (pod, report, { allowed }) => {
      if (runsOnWindows(pod)) return;
      const wrong = wrongProfile(pod, field, allowed);
      if (wrong !== undefined) report(`has ${wrong} as AppArmor profile`);
      for (const key of keysAt(pod.metadata, "annotations")) {
        if (!key.startsWith(annotation)) continue;
        if (isAllowedAnnotation(at(pod.metadata, "annotations", key))) continue;
        report(`chooses another AppArmor profile by the annotation ${key}`);
      }
    },
  },
  check: (container, report, { allowed }) => {
    const wrong = wrongProfile(container, field, allowed);
    if (wrong !== undefined) report(`has ${wrong} as AppArmor profile`);
  },
});
