import { karpenterPool } from "./support/gpu.ts";

karpenterPool("gpus", { taints: [] });
