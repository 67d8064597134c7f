import { kubernetesDocs } from "../../kit/frameworks.ts";
import { at, isPresent, numberAt } from "../../kit/json.ts";
import { containerRule } from "../../kit/pod-rule.ts";
import { isLongRunning, type Container } from "../../kit/pods.ts";

type ProbeName = "startupProbe" | "readinessProbe" | "livenessProbe";

const ways = ["httpGet", "tcpSocket", "grpc", "exec"];

/** Whether the container has this probe, and a way to ask. */
function hasProbe({ spec }: Container, name: ProbeName): boolean {
  const probe = at(spec, name);
  return isPresent(probe) && ways.some((way) => isPresent(probe, way));
}

export const probes = containerRule({
  name: "probes",
  title: "Long-running containers have readiness and liveness probes",
  why: "Without a readiness probe requests go to a container that can't answer yet, and an update goes on over a version that never will; without a liveness probe one that hangs stays so.",
  fix: "set readinessProbe and livenessProbe, each with httpGet, tcpSocket, grpc or exec; liveness must not ask other services",
  severity: "medium",
  frameworks: [kubernetesDocs("Liveness, readiness, and startup probes")],
  check: (container, report) => {
    if (!isLongRunning(container)) return;
    for (const probe of ["readinessProbe", "livenessProbe"] as const) {
      if (!hasProbe(container, probe)) report(`has no ${probe}`);
    }
  },
});

const configuring = kubernetesDocs("Configure liveness, readiness and startup probes");

export const startupProbe = containerRule({
  name: "startup-probe",
  title: "Containers with a liveness probe have a startup probe",
  why: "A fixed delay before the liveness probe is either too short for the slowest start, which then is killed again and again, or too long to notice a container that hangs.",
  fix: "set startupProbe with the same question as livenessProbe, and a failureThreshold times periodSeconds that suits the slowest start",
  severity: "low",
  level: "advisory",
  frameworks: [configuring],
  check: (container, report) => {
    if (!isLongRunning(container) || !hasProbe(container, "livenessProbe")) return;
    if (!hasProbe(container, "startupProbe")) report("has a liveness probe and no startup probe");
  },
});

/** When a probe asks and gives up. Kubernetes reads zero as absent, and then takes a default. */
function timingOf({ spec }: Container, name: ProbeName) {
  const figure = (field: string, instead: number) => {
    const given = numberAt(spec, name, field) ?? 0;
    return given === 0 ? instead : given;
  };
  const period = figure("periodSeconds", 10);
  const failures = figure("failureThreshold", 3);
  const delay = figure("initialDelaySeconds", 0);
  return {
    delay,
    period,
    timeout: figure("timeoutSeconds", 1),
    failures,
    patience: failures * period,
  };
}

/** The next try of a startup probe that takes longer than its period only comes later, so that it may. */
function slowProblem(container: Container, name: ProbeName): string | undefined {
  if (!hasProbe(container, name)) return undefined;
  const { timeout, period } = timingOf(container, name);
  if (timeout <= period) return undefined;
  return `waits ${timeout} s for the answer to its ${name} and asks again after ${period} s`;
}

const minStartSeconds = 20;

function livenessProblems(container: Container): (string | undefined)[] {
  if (!hasProbe(container, "livenessProbe")) return [];
  const { failures, patience } = timingOf(container, "livenessProbe");
  const starting = hasProbe(container, "startupProbe") ? "startupProbe" : "livenessProbe";
  const first = timingOf(container, starting);
  const start = first.delay + first.patience;
  const hasReadiness = hasProbe(container, "readinessProbe");
  const readiness = hasReadiness ? timingOf(container, "readinessProbe").patience : 0;
  return [
    failures === 1 ? "is killed after 1 failed liveness probe" : undefined,
    start < minStartSeconds
      ? `is killed if it has not started after ${start} s, less than ${minStartSeconds}`
      : undefined,
    patience < readiness
      ? `is killed after ${patience} s of failed liveness probes, before readiness takes it out of service after ${readiness} s`
      : undefined,
  ];
}

export const probeTiming = containerRule({
  name: "probe-timing",
  title: "Probes leave a container time to start and to recover",
  why: "A liveness probe that is too quick kills containers that are only busy or still starting, and the load goes to the others, which are killed next.",
  fix: "set timeoutSeconds to at most periodSeconds, livenessProbe.failureThreshold to 3, and startupProbe.failureThreshold so high that the slowest start fits",
  severity: "medium",
  frameworks: [configuring],
  check: (container, report) => {
    const problems = [
      slowProblem(container, "readinessProbe"),
      slowProblem(container, "livenessProbe"),
      ...livenessProblems(container),
    ];
    for (const problem of problems) if (problem !== undefined) report(problem);
  },
});
