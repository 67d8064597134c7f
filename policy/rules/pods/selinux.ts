import { Type } from "typebox";
import { nsaCisa, podSecurityBaseline } from "../../kit/frameworks.ts";
import { textAt } from "../../kit/json.ts";
import { containerRule } from "../../kit/pod-rule.ts";
import type { Container, Pod } from "../../kit/pods.ts";
import { ownContext } from "../../kit/security-context.ts";

/** What of SELinux's options breaks out of what a container gets by itself. */
function wrongOptions(of: Container | Pod, types: readonly string[]): string[] {
  const options = ownContext(of, "seLinuxOptions");
  const type = textAt(options, "type") ?? "";
  const set = ["user", "role"].filter((key) => (textAt(options, key) ?? "") !== "");
  return type === "" || types.includes(type) ? set : [`the type ${type}`, ...set];
}

export const selinux = containerRule({
  name: "selinux",
  title: "No pod takes another SELinux user, role or type than containers have",
  why: "Another type than that of containers, like spc_t, has no limits on nodes with SELinux.",
  fix: "remove user, role and type from securityContext.seLinuxOptions; level may stay",
  severity: "high",
  frameworks: [podSecurityBaseline("SELinux"), nsaCisa("Pod security enforcement: seLinux")],
  config: Type.Object({
    types: Type.Array(Type.String(), {
      // As k8s.io/pod-security-admission v0.35 has it in check_seLinuxOptions.go.
      default: ["container_t", "container_init_t", "container_kvm_t", "container_engine_t"],
      description: "Types that pods and containers may name.",
    }),
  }),
  pod: {
    check: (pod, report, { types }) => {
      const wrong = wrongOptions(pod, types);
      if (wrong.length > 0) report(`chooses SELinux options: ${wrong.join(", ")}`);
    },
  },
  check: (container, report, { types }) => {
    const wrong = wrongOptions(container, types);
    if (wrong.length > 0) report(`chooses SELinux options: ${wrong.join(", ")}`);
  },
});
