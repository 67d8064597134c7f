import type { Rule } from "../../kit/rule.ts";
import { gpuPriority, gpuQuota } from "./quotas-and-priorities.ts";
import { encoderNodeLabels, nvencEncoders } from "./encoders.ts";
import { gpuCostCeiling } from "./gpu-cost-ceiling.ts";
import { gpuPlacement } from "./gpu-placement.ts";
import { gpuSharing } from "./gpu-sharing.ts";
import { oneGpuSlice } from "./one-gpu-slice.ts";
import { gpuPoolsBounded, gpuPoolsTainted, spotWithTwin } from "./pools.ts";

/** GPUs: whom they are given, and what they may cost. */
export const gpuRules: readonly Rule[] = [
  ...[oneGpuSlice, gpuPlacement, nvencEncoders, encoderNodeLabels, gpuQuota, gpuPriority],
  ...[gpuPoolsBounded, gpuPoolsTainted, gpuSharing, spotWithTwin, gpuCostCeiling],
];
