import { at, isPresent, numberAt } from "../../kit/json.ts";
import type { Container } from "../../kit/pods.ts";

type ProbeName = "startupProbe" | "readinessProbe" | "livenessProbe";

const ways = ["httpGet", "tcpSocket", "grpc", "exec"];

/** Whether the container has this probe, and a way to ask. */
export function hasProbe({ spec }: Container, name: ProbeName): boolean {
  const probe = at(spec, name);
  return isPresent(probe) && ways.some((way) => isPresent(probe, way));
}

/** A field of a probe, or what Kubernetes takes instead; it reads zero as absent. */
function figure(container: Container, name: ProbeName, field: string, instead: number): number {
  const given = numberAt(container.spec, name, field);
  return given === undefined || given === 0 ? instead : given;
}

interface Timing {
  readonly delaySeconds: number;
  readonly periodSeconds: number;
  readonly timeoutSeconds: number;
  readonly failures: number;
  /** For how long it may fail until something happens. */
  readonly patienceSeconds: number;
}

export function timingOf(container: Container, name: ProbeName): Timing {
  const periodSeconds = figure(container, name, "periodSeconds", 10);
  const failures = figure(container, name, "failureThreshold", 3);
  return {
    delaySeconds: figure(container, name, "initialDelaySeconds", 0),
    periodSeconds,
    timeoutSeconds: figure(container, name, "timeoutSeconds", 1),
    failures,
    patienceSeconds: failures * periodSeconds,
  };
}
