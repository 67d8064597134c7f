import { describe, expect, it } from "vitest";
import { dropCapabilities } from "../../../policy/rules/pods/drop-capabilities.ts";
import { evaluate, remediated, unknown } from "../kit/evaluate.ts";
import { describeContainers, describePods, itPutsRight, secured } from "../kit/pod-cases.ts";
import { container, deployment, podSpec } from "../kit/workloads.ts";

const capable = (capabilities: unknown) => secured({ capabilities });
const allowed = { allowed: ["NET_BIND_SERVICE"] };
const binding = { drop: ["ALL"], add: ["NET_BIND_SERVICE", "CHOWN"] };

describeContainers(dropCapabilities, {
  broken: [
    ["says nothing", capable(undefined), "keeps capabilities of root"],
    ["drops some", capable({ drop: ["NET_RAW", "CHOWN"] }), "keeps capabilities of root"],
    ["writes all in small letters", capable({ drop: ["all"] }), "keeps capabilities of root"],
    ["adds one", capable({ drop: ["ALL"], add: ["SYS_ADMIN"] }), "adds SYS_ADMIN. Fix"],
    ["adds two", capable(binding), "adds NET_BIND_SERVICE, CHOWN. Fix"],
    ["is not known", capable(unknown), "capabilities is not known before"],
    ["adds what is not known", capable({ drop: ["ALL"], add: [unknown] }), "add.0 is not known"],
  ],
  right: [
    ["drops another one as well", capable({ drop: ["NET_RAW", "ALL"], add: [] })],
    ["adds what a setting allows", capable({ ...binding, add: ["NET_BIND_SERVICE"] }), allowed],
  ],
});

describePods(dropCapabilities, {
  broken: [["keeps them", { containers: [container(capable({}))] }, "keeps capabilities"]],
  right: [["runs on Windows", { containers: [container(capable({}))], os: { name: "windows" } }]],
});

describe("drop-capabilities, as remediation", () => {
  itPutsRight(dropCapabilities, [
    ["a container that says nothing", { containers: [container({ securityContext: {} })] }],
    ["a container that adds some", { containers: [container(capable(binding))] }],
  ]);

  it("keeps what a setting allows, and takes the rest", async () => {
    const bad = deployment(podSpec({ containers: [container(capable(binding))] }));
    expect(evaluate(dropCapabilities, bad, allowed)).toEqual([
      expect.stringContaining("adds CHOWN. Fix"),
    ]);
    const right = container(capable({ drop: ["ALL"], add: ["NET_BIND_SERVICE"] }));
    expect(await remediated(dropCapabilities, bad, allowed)).toEqual(
      deployment(podSpec({ containers: [right] })).props,
    );
  });
});
