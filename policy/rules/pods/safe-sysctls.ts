import { Type } from "typebox";
import { podSecurityBaseline } from "../../kit/frameworks.ts";
import { listAt, textAt } from "../../kit/json.ts";
import { podRule } from "../../kit/pod-rule.ts";
import { ownContext } from "../../kit/security-context.ts";

export const safeSysctls = podRule({
  name: "safe-sysctls",
  title: "Pods set only kernel parameters that are their own",
  why: "A kernel parameter that is not kept apart for each pod changes the whole node, for all who run there.",
  fix: "remove the parameter from securityContext.sysctls, or set it on the nodes that need it",
  severity: "high",
  frameworks: [podSecurityBaseline("Sysctls")],
  config: Type.Object({
    allowed: Type.Array(Type.String(), {
      // As k8s.io/pod-security-admission v0.35 has it in check_sysctls.go.
      default: [
        "kernel.shm_rmid_forced",
        "net.ipv4.ip_local_port_range",
        "net.ipv4.ip_local_reserved_ports",
        "net.ipv4.ip_unprivileged_port_start",
        "net.ipv4.ping_group_range",
        "net.ipv4.tcp_fin_timeout",
        "net.ipv4.tcp_keepalive_intvl",
        "net.ipv4.tcp_keepalive_probes",
        "net.ipv4.tcp_keepalive_time",
        "net.ipv4.tcp_rmem",
        "net.ipv4.tcp_syncookies",
        "net.ipv4.tcp_wmem",
      ],
      description:
        "Kernel parameters that pods may set; those that Kubernetes calls safe unless told otherwise.",
    }),
  }),
  check: (pod, report, { allowed }) => {
    const names = listAt(ownContext(pod, "sysctls")).map((one) => textAt(one, "name") ?? "");
    const unsafe = names.filter((name) => !allowed.includes(name));
    if (unsafe.length > 0) report(`sets ${unsafe.join(", ")} for its node`);
  },
});
