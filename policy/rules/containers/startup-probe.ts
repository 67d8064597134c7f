import { kubernetesDocs } from "../../kit/frameworks.ts";
import { isLongRunning } from "../../kit/pods.ts";
import { containerRule } from "../../kit/pod-rule.ts";
import { hasProbe } from "./probe.ts";

export const startupProbe = containerRule({
  name: "startup-probe",
  title: "Containers with a liveness probe have a startup probe",
  why: "A fixed delay before the liveness probe is either too short for the slowest start, which then is killed again and again, or too long to notice a container that hangs.",
  fix: "set startupProbe with the same question as livenessProbe, and a failureThreshold times periodSeconds that suits the slowest start",
  severity: "low",
  level: "advisory",
  frameworks: [kubernetesDocs("Configure liveness, readiness and startup probes")],
  check: (container, report) => {
    if (!isLongRunning(container) || !hasProbe(container, "livenessProbe")) return;
    if (!hasProbe(container, "startupProbe")) {
      report("has a liveness probe and no startup probe");
    }
  },
});
