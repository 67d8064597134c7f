import { gpuPoolsTainted } from "../../../policy/rules/gpu/gpu-pools-tainted.ts";
import { unknown } from "../kit/evaluate.ts";
import { describeRule } from "../kit/rule-cases.ts";
import { cpuGroup, eksGroup, gkePool, gpuTaint } from "./gpu-objects.ts";

const own = { taint: "example.com/gpu" };
const ownTaint = { key: "example.com/gpu", value: "", effect: "NO_SCHEDULE" };
const says = "has GPUs and no taint nvidia.com/gpu that keeps other pods off";

describeRule(gpuPoolsTainted, {
  passes: [
    ["a GKE pool, which GKE taints", gkePool()],
    ["a tainted EKS group", eksGroup()],
    [
      "a taint that drives pods away",
      eksGroup({ taints: [{ ...gpuTaint, effect: "NO_EXECUTE" }] }),
    ],
    ["nodes without GPUs", cpuGroup({ taints: [] })],
    ["the taint of the settings", gkePool({}, { taints: [ownTaint] }), own],
  ],
  fails: [
    ["an EKS group without taints", eksGroup({ taints: undefined }), says],
    ["another taint", eksGroup({ taints: [{ ...gpuTaint, key: "team" }] }), says],
    [
      "a taint that only prefers other nodes",
      eksGroup({ taints: [{ ...gpuTaint, effect: "PREFER_NO_SCHEDULE" }] }),
      says,
    ],
    ["a GKE pool without the taint of the settings", gkePool(), "no taint example.com/gpu", own],
    ["unknown taints", eksGroup({ taints: unknown }), "taints is not known before the update"],
  ],
});
