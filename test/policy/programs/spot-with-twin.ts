import { karpenterPool } from "./support/gpu.ts";

karpenterPool("cheap", { capacity: "spot" });
karpenterPool("other", { gpu: "a10g", machine: "g5.2xlarge" });
