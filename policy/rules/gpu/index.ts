import type { Rule } from "../../kit/rule.ts";

/** GPUs: whom they are given, and what they may cost. */
export const gpuRules: readonly Rule[] = [];
