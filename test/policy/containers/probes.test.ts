import { describe, expect, it } from "vitest";
import { probes } from "../../../policy/rules/containers/probes.ts";
import { evaluate, unknown } from "../kit/evaluate.ts";
import { container, deployment, kindsWithPods, podSpec } from "../kit/workloads.ts";

const ending = ["Job", "CronJob"];

function said(fields: Readonly<Record<string, unknown>>, config = {}) {
  return evaluate(probes, deployment(podSpec({ containers: [container(fields)] })), config);
}

describe("probes", () => {
  it.each(Object.keys(kindsWithPods))("judges the pods of a %s if they run for ever", (kind) => {
    const make = kindsWithPods[kind]!;
    expect(evaluate(probes, make(podSpec()))).toEqual([]);
    const bad = make(podSpec({ containers: [container({ livenessProbe: undefined })] }));
    expect(evaluate(probes, bad)).toEqual(
      ending.includes(kind)
        ? []
        : [
            expect.stringContaining(
              'container "main" has no livenessProbe. Fix: set readinessProbe',
            ),
          ],
    );
  });

  it.each([
    [
      "sidecar",
      { initContainers: [{ ...container(), readinessProbe: undefined, restartPolicy: "Always" }] },
      1,
    ],
    ["init container", { initContainers: [{ ...container(), readinessProbe: undefined }] }, 0],
    ["ephemeral container", { ephemeralContainers: [{ name: "debug", image: "a" }] }, 0],
  ])("asks of a %s what it can have", (_, spec, problems) => {
    expect(evaluate(probes, deployment(podSpec(spec)))).toHaveLength(problems);
  });

  it("asks the sidecars of a Job too: they run as long as it does", () => {
    const sidecar = { name: "proxy", image: "a", restartPolicy: "Always" };
    const job = kindsWithPods["Job"]!(podSpec({ initContainers: [sidecar] }));
    expect(evaluate(probes, job)).toHaveLength(2);
  });

  it.each([
    ["none", undefined, "has no readinessProbe"],
    ["an empty one", {}, "has no readinessProbe"],
    ["one that asks nothing", { periodSeconds: 10 }, "has no readinessProbe"],
    ["one that is null", null, "has no readinessProbe"],
    ["one that is unknown", unknown, "readinessProbe is not known before the update"],
  ])("refuses a container whose readiness probe is %s", (_, readinessProbe, problem) => {
    expect(said({ readinessProbe })).toEqual([expect.stringContaining(problem)]);
  });

  it.each([
    ["HTTP", { httpGet: { port: 80 } }],
    ["TCP", { tcpSocket: { port: 80 } }],
    ["gRPC", { grpc: { port: 80 } }],
    ["a command", { exec: { command: ["true"] } }],
  ])("takes a probe by %s", (_, probe) => {
    expect(said({ readinessProbe: probe, livenessProbe: probe })).toEqual([]);
  });

  it("leaves containers without ports alone where the setting says so", () => {
    const bare = { ports: undefined, readinessProbe: undefined, livenessProbe: undefined };
    expect(said(bare)).toHaveLength(2);
    expect(said(bare, { withoutPorts: false })).toEqual([]);
    expect(said({ livenessProbe: undefined }, { withoutPorts: false })).toHaveLength(1);
  });

  it("demands the probes that the setting lists", () => {
    expect(said({ livenessProbe: undefined }, { demanded: ["readinessProbe"] })).toEqual([]);
    expect(said({ startupProbe: undefined }, { demanded: ["startupProbe"] })).toHaveLength(1);
  });
});
