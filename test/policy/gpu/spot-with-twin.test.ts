import { spotWithTwin } from "../../../policy/rules/gpu/spot-with-twin.ts";
import { unknown, type TestResource } from "../kit/evaluate.ts";
import { describeRule } from "../kit/rule-cases.ts";
import { computeClass, cpuGroup, eksGroup, gkePool } from "./gpu-objects.ts";

function named(name: string, resource: TestResource): TestResource {
  return { ...resource, name };
}

const spotOf = {
  "GKE's spot": named("spot", gkePool({}, { spot: true })),
  "GKE's preemptible": named("spot", gkePool({}, { preemptible: true })),
  "EKS's spot": named("spot", eksGroup({ capacityType: "SPOT" })),
};
const spot = spotOf["GKE's spot"];
const says = "has spot nodes with l4, and no pool has it on demand";
const kinds = Object.entries(spotOf);

describeRule(spotWithTwin, {
  passes: [
    ...kinds.map(([kind, pool]) => [`a twin beside ${kind}`, [pool, gkePool()]] as const),
    ["a twin by another machine", [spot, eksGroup({ instanceTypes: ["gr6.4xlarge"] })]],
    ["a pool on demand", eksGroup()],
    ["a compute class on demand", computeClass],
    ["spot nodes without GPUs", cpuGroup({ capacityType: "SPOT" })],
    ["an exempt pool", spot, { exempt: [{ name: "spot", reason: "experiments may wait" }] }],
  ],
  fails: [
    ...kinds.map(([kind, pool]) => [`${kind} alone`, pool, says] as const),
    ["a twin with another GPU", [spot, eksGroup({ instanceTypes: ["g5.2xlarge"] })], says],
    ["a twin that is spot too", [spot, eksGroup({ capacityType: "SPOT" })], [says, says]],
    [
      "a twin that cannot have nodes",
      [spot, eksGroup({ scalingConfig: { minSize: 0, maxSize: 0 } })],
      says,
    ],
    [
      "an unknown kind of capacity",
      eksGroup({ capacityType: unknown }),
      "capacityType is not known before the update",
    ],
  ],
});
