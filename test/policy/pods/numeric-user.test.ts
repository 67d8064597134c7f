import { describe, expect, it } from "vitest";
import { numericUser } from "../../../policy/rules/pods/numeric-user.ts";
import { evaluate, unknown } from "../kit/evaluate.ts";
import { describeContainers, describePods, secured, securedPod } from "../kit/pod-cases.ts";
import { container, deployment, podSpec } from "../kit/workloads.ts";

const nobody = securedPod({ runAsUser: undefined, runAsGroup: 10001 });

describeContainers(numericUser, {
  broken: [
    ["is root", secured({ runAsUser: 0 }), "has 0 as runAsUser, and not a number from 1 up"],
    ["is in root's group", secured({ runAsGroup: 0 }), "has 0 as runAsGroup"],
    ["names its user", secured({ runAsUser: "app" }), "has app as runAsUser"],
    ["is not known", secured({ runAsUser: unknown }), "runAsUser is not known before"],
  ],
  right: [
    ["is another user than its pod says", secured({ runAsUser: 20000, runAsGroup: 20000 })],
    ["leaves it to its pod", { securityContext: {} }],
  ],
});

describePods(numericUser, {
  broken: [
    ["names no user", nobody, "has nothing as runAsUser"],
    ["names no group", securedPod({ runAsGroup: undefined }), "has nothing as runAsGroup"],
    ["has root's group for files", securedPod({ fsGroup: 0 }), "puts its containers into group 0"],
    ["has root's group beside", securedPod({ supplementalGroups: [7, 0] }), "group 0, below 1"],
  ],
  right: [
    [
      "leaves the user to its containers",
      { ...nobody, containers: [container(secured({ runAsUser: 7 }))] },
    ],
    ["has no group for files", securedPod({ fsGroup: undefined, supplementalGroups: [5] })],
    ["runs on Windows", { ...nobody, os: { name: "windows" } }],
  ],
});

describe("numeric-user, as settings say", () => {
  it("wants users and groups that are high enough", () => {
    const config = { minimumUser: 20000, minimumGroup: 10002 };
    const said = evaluate(numericUser, deployment(podSpec()), config);
    expect(said).toEqual([
      expect.stringContaining("puts its containers into group 10001, below 10002"),
      expect.stringContaining("has 10001 as runAsUser, and not a number from 20000 up"),
      expect.stringContaining("has 10001 as runAsGroup, and not a number from 10002 up"),
    ]);
  });
});
