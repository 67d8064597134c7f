import { Type } from "typebox";
import { kubernetesDocs } from "../../kit/frameworks.ts";
import { resourceRule } from "../../kit/resource-rule.ts";
import { gpuPoolsIn, placed } from "./gpu-pools.ts";

const keepsOff = ["NO_SCHEDULE", "NO_EXECUTE"];

export const gpuPoolsTainted = resourceRule({
  name: "gpu-pools-tainted",
  title: "Nodes with GPUs are tainted, so that other pods stay off them",
  why: "Without the taint the scheduler fills nodes with GPUs with whatever fits, and the autoscaler keeps and adds them for pods that need no GPU.",
  fix: "add a taint with the key nvidia.com/gpu and the effect NO_SCHEDULE to the pool",
  severity: "medium",
  frameworks: [kubernetesDocs("Taints and Tolerations: nodes with special hardware")],
  config: Type.Object({
    taint: Type.String({
      default: "nvidia.com/gpu",
      description: "Key of the taint. GKE sets `nvidia.com/gpu` itself.",
    }),
  }),
  check: (subject, report, { taint }) => {
    for (const pool of gpuPoolsIn(subject)) {
      const taints = pool.taints();
      if (taints === undefined) continue;
      if (!taints.some(({ key, effect }) => key === taint && keepsOff.includes(effect))) {
        report(`${placed(pool)}has GPUs and no taint ${taint} that keeps other pods off`);
      }
    }
  },
});
