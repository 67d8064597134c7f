import { Type } from "typebox";
import { kubernetesDocs } from "../../kit/frameworks.ts";
import { listAt } from "../../kit/json.ts";
import { isLongRunning } from "../../kit/pods.ts";
import { containerRule } from "../../kit/pod-rule.ts";
import { hasProbe } from "./probe.ts";

export const probes = containerRule({
  name: "probes",
  title: "Long-running containers have readiness and liveness probes",
  why: "Without a readiness probe requests go to a container that can't answer yet, and an update goes on over a version that never will; without a liveness probe one that hangs stays so.",
  fix: "set readinessProbe and livenessProbe, each with httpGet, tcpSocket, grpc or exec; liveness must not ask other services",
  severity: "medium",
  frameworks: [kubernetesDocs("Liveness, readiness, and startup probes")],
  config: Type.Object({
    demanded: Type.Array(
      Type.Union([
        Type.Literal("readinessProbe"),
        Type.Literal("livenessProbe"),
        Type.Literal("startupProbe"),
      ]),
      {
        default: ["readinessProbe", "livenessProbe"],
        description: "Which probes containers have to have that run as long as their pod.",
      },
    ),
    withoutPorts: Type.Boolean({
      default: true,
      description:
        "Whether this holds for containers too that open no port, like agents that only write to a socket.",
    }),
  }),
  check: (container, report, { demanded, withoutPorts }) => {
    if (!isLongRunning(container)) return;
    if (!withoutPorts && listAt(container.spec, "ports").length === 0) return;
    for (const probe of demanded) {
      if (!hasProbe(container, probe)) report(`has no ${probe}`);
    }
  },
});
