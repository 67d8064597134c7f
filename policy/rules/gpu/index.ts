import type { Rule } from "../../kit/rule.ts";
import { encoderNodeLabels } from "./encoder-labels.ts";
import { gpuCostCeiling } from "./gpu-cost-ceiling.ts";
import { gpuPlacement } from "./gpu-placement.ts";
import { gpuPoolsBounded } from "./gpu-pools-bounded.ts";
import { gpuPoolsTainted } from "./gpu-pools-tainted.ts";
import { gpuPriority } from "./gpu-priority.ts";
import { gpuQuota } from "./gpu-quota.ts";
import { gpuSharing } from "./gpu-sharing.ts";
import { nvencEncoders } from "./nvenc-encoders.ts";
import { oneGpuSlice } from "./one-gpu-slice.ts";
import { spotWithTwin } from "./spot-with-twin.ts";

/** GPUs: whom they are given, and what they may cost. */
export const gpuRules: readonly Rule[] = [
  oneGpuSlice,
  gpuPlacement,
  nvencEncoders,
  encoderNodeLabels,
  gpuQuota,
  gpuPriority,
  gpuPoolsBounded,
  gpuPoolsTainted,
  gpuSharing,
  spotWithTwin,
  gpuCostCeiling,
];
