import { describe, expect, it } from "vitest";
import { runAsNonRoot } from "../../../policy/rules/pods/run-as-non-root.ts";
import { evaluate, unknown } from "../kit/evaluate.ts";
import { container, deployment, podSpec } from "../kit/workloads.ts";
import {
  describeContainers,
  describePods,
  itPutsRight,
  secured,
  securedPod,
} from "../kit/pod-cases.ts";

const unsaid = securedPod({ runAsNonRoot: undefined });
const rooted = { containers: [container(secured({ runAsNonRoot: false }))] };

describeContainers(runAsNonRoot, {
  broken: [
    ["says false", secured({ runAsNonRoot: false }), "may run as root, whatever its pod says"],
    ["says something odd", secured({ runAsNonRoot: "true" }), "may run as root, whatever"],
    ["is not known", secured({ runAsNonRoot: unknown }), "runAsNonRoot is not known before"],
  ],
  right: [
    ["says true again", secured({ runAsNonRoot: true })],
    ["leaves it to its pod", { securityContext: null }],
  ],
});

describePods(runAsNonRoot, {
  broken: [
    ["says nothing", unsaid, 'container "main" may run as root. Fix'],
    ["has no security context", { securityContext: undefined }, 'container "main" may run as root'],
    [
      "says false",
      securedPod({ runAsNonRoot: false }),
      "Deployment shop/cart: lets its containers",
    ],
    [
      "says false while its containers say true",
      {
        ...securedPod({ runAsNonRoot: false }),
        containers: [container(secured({ runAsNonRoot: true }))],
      },
      "lets its containers run as root",
    ],
  ],
  right: [
    [
      "leaves it to its containers, which all say true",
      { ...unsaid, containers: [container(secured({ runAsNonRoot: true }))] },
    ],
  ],
});

describe("run-as-non-root, as remediation", () => {
  itPutsRight(runAsNonRoot, [
    ["the pod, which says nothing", unsaid],
    ["the pod, which says false", securedPod({ runAsNonRoot: false })],
    ["a container", rooted],
    ["both", { ...rooted, ...securedPod({ runAsNonRoot: false }) }],
  ]);
});

describe("run-as-non-root, of an unknown pod", () => {
  it("says it of the pod and of each container that leaves it to the pod", () => {
    const containers = [container(), container(secured({ runAsNonRoot: true }))];
    const spec = podSpec({ ...securedPod({ runAsNonRoot: unknown }), containers });
    const problem = "runAsNonRoot is not known before the update";
    expect(evaluate(runAsNonRoot, deployment(spec))).toEqual([
      expect.stringMatching(`^Deployment shop/cart: spec.*${problem}`),
      expect.stringMatching(`container "main" spec.*${problem}`),
    ]);
  });
});
