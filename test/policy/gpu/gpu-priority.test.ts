import { gpuPriority } from "../../../policy/rules/gpu/gpu-priority.ts";
import { withValue } from "../kit/change.ts";
import { unknown } from "../kit/evaluate.ts";
import { describeRule } from "../kit/rule-cases.ts";
import { deployment, kindsWithPods, podSpec } from "../kit/workloads.ts";
import { gpuDeployment, gpuPodSpec, priorityClass } from "./gpu-objects.ts";

const nameless = gpuDeployment({ priorityClassName: undefined });
const says = "asks for a GPU without priorityClassName";
const kinds = Object.entries(kindsWithPods);

describeRule(gpuPriority, {
  passes: [
    ["a class that the stack makes", [gpuDeployment(), priorityClass]],
    ["a class that settings know", gpuDeployment(), { classes: ["gpu-standard"] }],
    ["a class of Kubernetes", gpuDeployment({ priorityClassName: "system-node-critical" })],
    ["a pod without a GPU", deployment(podSpec())],
    ["an exempt workload", nameless, { exempt: [{ name: "cart", reason: "runs alone" }] }],
  ],
  fails: [
    ...kinds.map(([kind, make]) => {
      const broken = make(gpuPodSpec({ priorityClassName: undefined }));
      return [`a ${kind} without a class`, broken, `${kind} shop/cart: ${says}`] as const;
    }),
    [
      "a class that the stack does not make",
      gpuDeployment(),
      "the priority class gpu-standard, which the stack does not make",
    ],
    [
      "an unknown class",
      gpuDeployment({ priorityClassName: unknown }),
      "priorityClassName is not known before the update",
    ],
    [
      "a class whose name is unknown",
      withValue(priorityClass, ["metadata", "name"], unknown),
      "metadata.name is not known before the update",
    ],
  ],
});
