import { describe, expect, it } from "vitest";
import { seccomp } from "../../../policy/rules/pods/seccomp.ts";
import { evaluate, unknown } from "../kit/evaluate.ts";
import {
  describeContainers,
  describePods,
  itPutsRight,
  secured,
  securedPod,
} from "../kit/pod-cases.ts";
import { container, deployment, podSpec } from "../kit/workloads.ts";

const one = (type: unknown) => secured({ seccompProfile: { type } });
const whole = (type: unknown) => securedPod({ seccompProfile: { type } });
const none = securedPod({ seccompProfile: undefined });
const profile = { type: "Localhost", localhostProfile: "shop/cart.json" };

describeContainers(seccomp, {
  broken: [
    ["has none", one("Unconfined"), "has Unconfined as seccomp profile"],
    ["names no type", secured({ seccompProfile: {} }), "has no type as seccomp profile"],
    ["is not known", one(unknown), "seccompProfile.type is not known before"],
  ],
  right: [
    ["has one of its own", secured({ seccompProfile: profile })],
    ["leaves it to its pod", secured({ seccompProfile: null })],
  ],
});

describePods(seccomp, {
  broken: [
    ["has none", none, 'container "main" has no seccomp profile'],
    [
      "has none though its containers have",
      { ...whole("Unconfined"), containers: [container(one("RuntimeDefault"))] },
      "has Unconfined as",
    ],
    ["lets go of all", whole("Unconfined"), "Deployment shop/cart: has Unconfined as seccomp"],
  ],
  right: [
    ["leaves it to its containers", { ...none, containers: [container(one("RuntimeDefault"))] }],
    ["has a profile of the node", securedPod({ seccompProfile: profile })],
    ["has what a setting allows", whole("Unconfined"), { allowed: ["Unconfined"] }],
    ["runs on Windows", { ...none, os: { name: "windows" } }],
  ],
});

describe("seccomp, as remediation", () => {
  itPutsRight(seccomp, [
    ["the pod, which has none", none],
    ["the pod, which lets go of all", whole("Unconfined")],
    ["a container", { containers: [container(one("Unconfined"))] }],
  ]);
});

describe("seccomp, of an unknown pod", () => {
  it("says it of the pod and of each container that leaves it to the pod", () => {
    const containers = [container(), container(one("RuntimeDefault"))];
    const spec = podSpec({ ...securedPod({ seccompProfile: unknown }), containers });
    const problem = "seccompProfile is not known before the update";
    expect(evaluate(seccomp, deployment(spec))).toEqual([
      expect.stringMatching(`^Deployment shop/cart: spec.*${problem}`),
      expect.stringMatching(`container "main" spec.*${problem}`),
    ]);
  });
});
