import { describe, expect, it } from "vitest";
import { podProblem, tellingContainers } from "../../../../tools/plugins/kubernetes/await/pods.ts";
import { timeoutOf } from "../../../../tools/plugins/kubernetes/await/ready.ts";
import { selectorText } from "../../../../tools/plugins/kubernetes/await/rules.ts";
import { customWait } from "../../../../tools/plugins/kubernetes/await/wait-for.ts";
import type { JsonObject } from "../../../../tools/plugins/kit/json.ts";

function conditions(type: string, status: string): JsonObject {
  return { conditions: [{ type, status }] };
}

describe("a pod's problem", () => {
  const container = (state: JsonObject, more: JsonObject = {}): JsonObject => ({
    name: "main",
    state,
    ...more,
  });
  const withContainers = (...containerStatuses: JsonObject[]): JsonObject => ({
    status: { containerStatuses },
  });
  const terminated = { exitCode: 1, reason: "Error" };

  it.each([
    [
      "nothing while it starts",
      withContainers(container({ waiting: { reason: "ContainerCreating" } })),
      undefined,
    ],
    [
      "no node",
      {
        status: {
          conditions: [
            { type: "PodScheduled", status: "False", message: "0/3 nodes are available" },
          ],
        },
      },
      "unschedulable: 0/3 nodes are available",
    ],
    [
      "its image",
      withContainers(container({ waiting: { reason: "ErrImagePull", message: "not found" } })),
      'container "main": ErrImagePull: not found',
    ],
    [
      "a crash loop",
      withContainers(
        container({ waiting: { reason: "CrashLoopBackOff" } }, { lastState: { terminated } }),
      ),
      'container "main": CrashLoopBackOff (last run ended with exit code 1, Error)',
    ],
    [
      "an init container",
      { status: { initContainerStatuses: [container({ terminated })] } },
      'container "main" ended with exit code 1, Error',
    ],
    [
      "restarts",
      withContainers(container({ running: {} }, { restartCount: 2, lastState: { terminated } })),
      'container "main" was restarted 2 times (last run ended with exit code 1, Error)',
    ],
    [
      "an eviction",
      { status: { phase: "Failed", reason: "Evicted", message: "low on memory" } },
      "Evicted: low on memory",
    ],
    [
      "its probes",
      {
        status: {
          conditions: [
            {
              type: "ContainersReady",
              status: "False",
              message: "containers with unready status: [main]",
            },
          ],
        },
      },
      "containers with unready status: [main]",
    ],
    [
      "nothing once it is ready",
      { status: { conditions: [{ type: "Ready", status: "True" }] } },
      undefined,
    ],
  ])("is %s", (_, object: JsonObject, expected) => {
    expect(podProblem(object)).toBe(expected);
  });

  it("is told by the logs of the run that crashed", () => {
    const crashed = container(
      { waiting: { reason: "CrashLoopBackOff" } },
      { lastState: { terminated } },
    );
    const fine = { name: "side", ready: true, state: { running: {} } };
    expect(tellingContainers(withContainers(crashed, fine))).toEqual([
      { name: "main", previous: true },
    ]);
    const unready = { name: "main", ready: false, state: { running: {} } };
    expect(tellingContainers(withContainers(unready))).toEqual([{ name: "main", previous: false }]);
  });
});

describe("what an object asks for", () => {
  const annotated = (name: string, value: string): JsonObject => ({
    metadata: { annotations: { [`pulumi.com/${name}`]: value } },
  });

  it.each([
    ["customTimeouts", annotated("timeoutSeconds", "8"), 3, 3],
    ["the annotation", annotated("timeoutSeconds", "8"), 0, 8],
    ["its kind", {}, 0, 600],
    ["its kind, when the annotation is no number", annotated("timeoutSeconds", "soon"), 0, 600],
  ])("takes its time limit from %s", (_, inputs: JsonObject, custom, expected) => {
    expect(timeoutOf(inputs, custom, 600)).toBe(expected);
  });

  it.each([
    ["condition=Ready", { status: conditions("Ready", "True") }, "ready"],
    ["condition=Ready=False", { status: conditions("Ready", "True") }, "waiting"],
    ["jsonpath={.status.list[0].ip}", { status: { list: [{ ip: "1" }] } }, "ready"],
    ["jsonpath={.status.phase}=Running", { status: { phase: "Pending" } }, "waiting"],
    [
      '["condition=Ready","jsonpath={.a}=1"]',
      { a: 1, status: conditions("Ready", "True") },
      "ready",
    ],
  ])("waits for %s", (expression, object: JsonObject, state) => {
    expect(customWait(annotated("waitFor", expression))?.(object).state).toBe(state);
  });

  it("is refused if it cannot be understood", () => {
    expect(() => customWait(annotated("waitFor", "ready"))).toThrow(/condition=.*jsonpath=/);
  });

  it("selects its pods with labels and expressions", () => {
    const matchExpressions: JsonObject[] = [
      { key: "a", operator: "In", values: ["1", "2"] },
      { key: "b", operator: "DoesNotExist" },
      { key: "c", operator: "Exists" },
    ];
    expect(selectorText({ matchLabels: { app: "x" }, matchExpressions })).toBe(
      "app=x,a in (1,2),!b,c",
    );
  });
});
