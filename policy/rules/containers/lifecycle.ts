import { kubernetesDocs } from "../../kit/frameworks.ts";
import { at, isPresent, numberAt, textsAt } from "../../kit/json.ts";
import { containerRule, podRule } from "../../kit/pod-rule.ts";
import { type Container, containersOf, isLongRunning, type Pod } from "../../kit/pods.ts";

type ProbeName = "startupProbe" | "readinessProbe" | "livenessProbe";

const ways = ["httpGet", "tcpSocket", "grpc", "exec"];

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
    report(slowProblem(container, "readinessProbe"), slowProblem(container, "livenessProbe"));
    report(...livenessProblems(container));
  },
});

/** What Kubernetes takes where nothing is said. */
const defaultSeconds = 30;
/** The least for a pod whose containers run until Kubernetes stops them. */
const minSeconds = 10;
/** The most for any pod, so that nodes can be drained. */
const maxSeconds = 600;
/** What has to be left for the process itself after preStop. */
const stopSeconds = 5;

/** How long preStop pauses. The time of a command that sleeps nobody knows but its shell. */
function hookProblem({ spec }: Container, grace: number): string | undefined {
  const hook = at(spec, "lifecycle", "preStop");
  if (
    textsAt(hook, "exec", "command").some((word) => /(?:^|[\s;&|/"'(])sleep(?:\s|$)/.test(word))
  ) {
    return "sleeps by a command of preStop, and not by preStop.sleep";
  }
  const pause = numberAt(hook, "sleep", "seconds") ?? 0;
  if (pause === 0 || grace >= pause + stopSeconds) return undefined;
  return `waits ${pause} s in preStop, and the pod is killed after ${grace} s`;
}

function graceProblem(pod: Pod, stated: number | undefined): string | undefined {
  const grace = stated ?? defaultSeconds;
  if (grace > maxSeconds) {
    return `holds up the drain of its node for up to ${grace} s, more than ${maxSeconds}`;
  }
  if (!containersOf(pod).some(isLongRunning)) return undefined;
  if (stated === undefined) {
    return `does not say how long it may take to stop, and is killed after ${grace} s`;
  }
  return grace < minSeconds
    ? `is killed ${grace} s after it is told to stop, less than ${minSeconds}`
    : undefined;
}

export const gracefulTermination = podRule({
  name: "graceful-termination",
  title: "Pods have time to stop in",
  why: "A pod that is killed before it is done drops requests and half-written data; one that may take hours holds up every drain and upgrade of its node.",
  fix: "set terminationGracePeriodSeconds to the time that preStop takes and the time that the process needs to stop after it",
  severity: "medium",
  frameworks: [kubernetesDocs("Pod lifecycle: termination of pods")],
  check: (pod, report) => {
    const stated = numberAt(pod.spec, "terminationGracePeriodSeconds");
    report(graceProblem(pod, stated));
    for (const container of containersOf(pod)) {
      const found = hookProblem(container, stated ?? defaultSeconds);
      report(found && `${container.role} "${container.name}" ${found}`);
    }
  },
});
