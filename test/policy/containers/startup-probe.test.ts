import { describe, expect, it } from "vitest";
import { startupProbe } from "../../../policy/rules/containers/startup-probe.ts";
import { evaluate } from "../kit/evaluate.ts";
import { container, deployment, kindsWithPods, podSpec } from "../kit/workloads.ts";

const without = container({ startupProbe: undefined });

describe("startup-probe", () => {
  it("gives advice, and nothing more unless a config file says so", () => {
    expect(startupProbe.policy.enforcementLevel).toBe("advisory");
  });

  it.each(Object.keys(kindsWithPods))("judges the pods of a %s if they run for ever", (kind) => {
    const make = kindsWithPods[kind]!;
    expect(evaluate(startupProbe, make(podSpec()))).toEqual([]);
    expect(evaluate(startupProbe, make(podSpec({ containers: [without] })))).toEqual(
      ["Job", "CronJob"].includes(kind)
        ? []
        : [
            expect.stringContaining(
              'container "main" has a liveness probe and no startup probe. Fix: ',
            ),
          ],
    );
  });

  it.each([
    ["an empty startup probe", { startupProbe: {} }, 1],
    [
      "no liveness probe, which nothing kills",
      { startupProbe: undefined, livenessProbe: undefined },
      0,
    ],
  ])("judges a container with %s", (_, fields, problems) => {
    const spec = podSpec({ containers: [container(fields)] });
    expect(evaluate(startupProbe, deployment(spec))).toHaveLength(problems);
  });

  it("judges sidecars, and no init containers", () => {
    const spec = podSpec({ initContainers: [without, { ...without, restartPolicy: "Always" }] });
    expect(evaluate(startupProbe, deployment(spec))).toEqual([expect.stringContaining("sidecar")]);
  });
});
