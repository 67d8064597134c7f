import { describe, expect, it } from "vitest";
import { resourceRequests } from "../../../policy/rules/containers/resource-requests.ts";
import { evaluate, unknown } from "../kit/evaluate.ts";
import { container, deployment, kindsWithPods, podSpec } from "../kit/workloads.ts";

function requesting(requests: unknown, more: object = {}) {
  return container({ resources: { requests }, ...more });
}

describe("resource-requests", () => {
  it.each(Object.keys(kindsWithPods))("judges the pods of a %s", (kind) => {
    const make = kindsWithPods[kind]!;
    expect(evaluate(resourceRequests, make(podSpec()))).toEqual([]);
    const bad = podSpec({ containers: [requesting({ cpu: "1" })] });
    expect(evaluate(resourceRequests, make(bad))).toEqual([
      expect.stringMatching(
        new RegExp(
          `^${kind} shop/cart: .*container "main" has no request for memory. Fix: set resources`,
        ),
      ),
    ]);
  });

  it.each([
    ["nothing", undefined, ["has no request for cpu", "has no request for memory"]],
    ["no CPU", { memory: "1Gi" }, ["has no request for cpu"]],
    ["zero", { cpu: "0", memory: "1Gi" }, ["has a request for cpu of zero"]],
    ["zero with a unit", { cpu: "1", memory: "0Mi" }, ["has a request for memory of zero"]],
    ["no quantity", { cpu: "1", memory: "1 GB" }, ["has a request for memory that is no quantity"]],
    ["a negative amount", { cpu: -1, memory: "1Gi" }, ["cpu that is no quantity"]],
  ])("refuses a container that asks for %s", (_, requests, problems) => {
    const said = evaluate(
      resourceRequests,
      deployment(podSpec({ containers: [requesting(requests)] })),
    );
    expect(said).toEqual(problems.map((problem) => expect.stringContaining(problem) as unknown));
  });

  it.each([
    ["init container", { initContainers: [requesting({})] }, 2],
    ["sidecar", { initContainers: [requesting({}, { restartPolicy: "Always" })] }, 2],
    ["ephemeral container", { ephemeralContainers: [requesting({})] }, 0],
  ])("judges a %s as the API lets it ask", (_, spec, problems) => {
    expect(evaluate(resourceRequests, deployment(podSpec(spec)))).toHaveLength(problems);
  });

  it("takes what the pod asks for as a whole", () => {
    const resources = { requests: { cpu: "1", memory: "1Gi" } };
    const spec = podSpec({ resources, containers: [container({ resources: {} })] });
    expect(evaluate(resourceRequests, deployment(spec))).toEqual([]);
  });

  it("says that it needs a literal where the request is unknown", () => {
    const spec = podSpec({ containers: [requesting({ cpu: unknown, memory: "1Gi" })] });
    expect(evaluate(resourceRequests, deployment(spec))).toEqual([
      expect.stringContaining("resources.requests.cpu is not known before the update"),
    ]);
  });

  it("demands what the setting lists", () => {
    const demanding = { resources: ["ephemeral-storage"] };
    expect(evaluate(resourceRequests, deployment(), demanding)).toEqual([
      expect.stringContaining("has no request for ephemeral-storage"),
    ]);
    expect(evaluate(resourceRequests, deployment(), { resources: [] })).toEqual([]);
  });
});
