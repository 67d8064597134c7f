import { karpenterPool } from "./support/gpu.ts";

karpenterPool("training", { gpu: "a100", machine: "p4d.24xlarge", most: 4 });
