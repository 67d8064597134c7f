import { describe, expect, it } from "vitest";
import { probeTiming } from "../../../policy/rules/containers/probe-timing.ts";
import { evaluate, unknown } from "../kit/evaluate.ts";
import { container, deployment, kindsWithPods, podSpec } from "../kit/workloads.ts";

const way = { tcpSocket: { port: 8080 } };

function said(fields: Readonly<Record<string, unknown>>, config = {}) {
  return evaluate(probeTiming, deployment(podSpec({ containers: [container(fields)] })), config);
}

describe("probe-timing", () => {
  it.each(Object.keys(kindsWithPods))("judges the pods of a %s", (kind) => {
    const make = kindsWithPods[kind]!;
    expect(evaluate(probeTiming, make(podSpec()))).toEqual([]);
    const slow = container({ readinessProbe: { ...way, timeoutSeconds: 11 } });
    expect(evaluate(probeTiming, make(podSpec({ containers: [slow] })))).toEqual([
      expect.stringContaining(
        'container "main" waits 11 s for the answer to its readinessProbe and asks again after 10 s. Fix: ',
      ),
    ]);
  });

  it.each([
    [
      "waits longer for liveness than until it asks again",
      { livenessProbe: { ...way, timeoutSeconds: 31, periodSeconds: 30 } },
      "waits 31 s for the answer to its livenessProbe",
    ],
    [
      "kills at the first failure",
      { livenessProbe: { ...way, failureThreshold: 1, periodSeconds: 60 } },
      "is killed after 1 failed liveness probe",
    ],
    [
      "kills before a start of 20 s",
      { startupProbe: { ...way, periodSeconds: 1, failureThreshold: 19 } },
      "is killed if it has not started after 19 s, less than 20",
    ],
    [
      "kills while it starts, without a startup probe",
      {
        startupProbe: undefined,
        readinessProbe: undefined,
        livenessProbe: { ...way, periodSeconds: 5, initialDelaySeconds: 4 },
      },
      "after 19 s",
    ],
    [
      "is killed before it is out of service",
      { livenessProbe: { ...way, periodSeconds: 9 } },
      "before readiness takes it out of service after 30 s",
    ],
    [
      "has a time that is unknown",
      { livenessProbe: { ...way, failureThreshold: unknown } },
      "livenessProbe.failureThreshold is not known",
    ],
  ])("refuses one that %s", (_, fields, problem) => {
    expect(said(fields)).toEqual([expect.stringContaining(problem)]);
  });

  it.each([
    [
      "counts an unset figure as Kubernetes does",
      { livenessProbe: way, readinessProbe: way, startupProbe: undefined },
    ],
    ["counts zero as unset", { livenessProbe: { ...way, failureThreshold: 0, timeoutSeconds: 0 } }],
    [
      "starts for 20 s, the delay included",
      { startupProbe: { ...way, initialDelaySeconds: 5, periodSeconds: 5 } },
    ],
    [
      "lets a startup probe take longer than its period",
      { startupProbe: { ...way, timeoutSeconds: 5, periodSeconds: 2, failureThreshold: 60 } },
    ],
    [
      "has no probes, which is for another rule",
      { startupProbe: undefined, readinessProbe: undefined, livenessProbe: undefined },
    ],
  ])("accepts one that %s", (_, fields) => {
    expect(said(fields)).toEqual([]);
  });

  it("takes its limits from the settings", () => {
    expect(said({}, { minStartSeconds: 31 })).toHaveLength(1);
    expect(said({}, { minLivenessFailures: 4 })).toHaveLength(1);
    const quick = { livenessProbe: { ...way, failureThreshold: 1, periodSeconds: 60 } };
    expect(said(quick, { minLivenessFailures: 1 })).toEqual([]);
  });

  it("judges sidecars", () => {
    const slow = container({
      readinessProbe: { ...way, timeoutSeconds: 11 },
      restartPolicy: "Always",
    });
    expect(evaluate(probeTiming, deployment(podSpec({ initContainers: [slow] })))).toHaveLength(1);
  });
});
